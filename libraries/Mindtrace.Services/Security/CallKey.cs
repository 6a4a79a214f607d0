using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mindtrace.Services;

/// <summary>
/// A key by which a manager calls another service: it follows from the key of the cluster, opens the one service that has the URL, and ends
/// after two hours. So a service that is taken over learns nothing from being called that opens anything but itself.
/// </summary>
public sealed class CallKey
{
    // No key that is made can have such a name.
    private const string Prefix = "manager@";
    private const char Separator = '@';

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly string _name;
    private readonly Uri _service;

    private CallKey(string name, Uri service, DateTimeOffset endsAt) => (_name, _service, EndsAt) = (name, service, endsAt);

    /// <summary>Gets when it ceases to be valid.</summary>
    public DateTimeOffset EndsAt { get; }

    /// <summary>Makes the key for a call.</summary>
    /// <param name="service">Where the service is.</param>
    /// <param name="clusterKey">The key of the cluster, or the one that both services share.</param>
    /// <param name="now">The time. It counts by the hour, so that the called service has to look a key up seldom.</param>
    /// <returns>The key.</returns>
    public static ApiKey For(Uri service, string clusterKey, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(service);
        var hour = (now - DateTimeOffset.UnixEpoch).Ticks / Period.Ticks;
        return ApiKey.Derive(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{hour}{Separator}{service.GetLeftPart(UriPartial.Authority)}"), clusterKey);
    }

    /// <summary>Reads the name of a key.</summary>
    /// <param name="name">What a caller may have made up.</param>
    /// <param name="key">What the name says, whether or not anyone made the key.</param>
    /// <returns>Whether it is the name of such a key.</returns>
    public static bool TryRead(string name, [NotNullWhen(true)] out CallKey? key)
    {
        ArgumentNullException.ThrowIfNull(name);
        key = null;
        if (name.StartsWith(Prefix, StringComparison.Ordinal)
            && name[Prefix.Length..].Split(Separator, 2) is [var hour, var url]
            && int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var begun)
            && begun < DateTimeOffset.MaxValue.Ticks / Period.Ticks - DateTimeOffset.UnixEpoch.Ticks / Period.Ticks - 2
            && Uri.TryCreate(url, UriKind.Absolute, out var service))
        {
            key = new CallKey(name, service, DateTimeOffset.UnixEpoch + ((begun + 2) * Period));
        }

        return key is not null;
    }

    /// <summary>Tells what would be kept of the key.</summary>
    /// <param name="clusterKey">The key that it is to follow from.</param>
    /// <returns>The key, with the roles that the manager's calls take.</returns>
    public KnownApiKey Known(string clusterKey) => new(_name, ApiKey.Derive(_name, clusterKey).Digest, [Role.Admin], EndsAt);

    /// <summary>Tells whether a service is the one that the key opens. The machine's own addresses are one, since nobody else is there.</summary>
    internal bool IsFor(Uri service) =>
        service.Scheme == _service.Scheme && service.Port == _service.Port
        && (service.Host.Equals(_service.Host, StringComparison.OrdinalIgnoreCase) || (service.IsLoopback && _service.IsLoopback));

    /// <summary>Tells whether it was or could have been made lately, by clocks that are up to an hour apart: whatever else is looked up would be without end.</summary>
    internal bool IsOfNow(DateTimeOffset now) => now < EndsAt && EndsAt <= now + (3 * Period);
}
