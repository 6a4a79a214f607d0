using System.Text.RegularExpressions;
using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>Connection settings of a manager on another machine, which may name servers of that machine by its loopback address.</summary>
internal static partial class LoopbackSettings
{
    /// <summary>Puts the name by which the manager was reached where settings name a loopback address, if the manager is elsewhere.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadHereAsync(
        IReadOnlyDictionary<string, string> settings, Uri manager, CancellationToken cancellationToken) =>
        await MachineAddresses.IsElsewhereAsync(manager, cancellationToken)
            ? settings.ToDictionary(setting => setting.Key, setting => IsConnection(setting.Key) ? Rewrite(setting.Value, manager.Host) : setting.Value)
            : settings;

    private static bool IsConnection(string key) => key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Rewrites one connection string: <c>host:port,…</c>, or with a URL in it.</summary>
    public static string Rewrite(string setting, string host) => LoopbackHost().Replace(setting, host.Replace("$", "$$", StringComparison.Ordinal));

    // A host stands at the start, after a comma, or in a URL after the slashes or the password; a port or a path may follow.
    [GeneratedRegex(@"(?<=^|,|//|//[^/\s]*@)(localhost|127(\.\d{1,3}){3}|\[::1\])(?=(:\d+)?([,;/?]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex LoopbackHost();
}
