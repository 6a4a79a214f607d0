using System.Text.Json;

namespace Mindtrace.Registry;

/// <summary>Where things lie in the store: the layout of the Python registry with versioning off, plus our history and packages.</summary>
/// <remarks>
/// <code>
/// objects/worker:echo/1.0.0/{id}/worker.json    the files of one version, never changed
/// history/worker:echo/{id}.json                 the record of one version, never changed
/// _meta_worker%3Aecho@1.0.0.json                the record of the live version; writing it is the commit
/// registry_metadata.json                        the settings that a Python registry checks when it opens the store
/// packages/{sha256}                             a package
/// </code>
/// </remarks>
internal static class RegistryLayout
{
    public const string SettingsKey = "registry_metadata.json";

    private const string LivePrefix = "_meta_";
    private const string LiveSuffix = "@1.0.0.json";
    private const string EscapedColon = "%3A";

    public static readonly ReadOnlyMemory<byte> Settings = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["materializers"] = new Dictionary<string, string>(),
        ["version_objects"] = false,
        ["mutable"] = true,
        ["version_digits"] = 3,
    });

    public static string FolderOf(RegistryName name, Guid id) => $"objects/{name}/1.0.0/{id:D}";

    public static string HistoryPrefix(RegistryName name) => $"history/{name}/";

    public static string HistoryKey(RegistryName name, Guid id) => $"{HistoryPrefix(name)}{id:D}.json";

    public static string LiveKey(RegistryName name) => $"{LivePrefix}{name.Kind}{EscapedColon}{name.Name}{LiveSuffix}";

    public static string LivePrefixOf(string? kind) => kind is null ? LivePrefix : $"{LivePrefix}{kind}{EscapedColon}";

    public static string PackageKey(PackageDigest digest) => $"packages/{digest}";

    /// <summary>Reads the name from a live key; other programs may keep objects here whose names this library does not know.</summary>
    public static bool TryParseLiveKey(string key, out RegistryName name)
    {
        name = default;
        return key.StartsWith(LivePrefix, StringComparison.Ordinal) && key.EndsWith(LiveSuffix, StringComparison.Ordinal)
            && RegistryName.TryParse(
                key[LivePrefix.Length..^LiveSuffix.Length].Replace(EscapedColon, ":", StringComparison.Ordinal), null, out name);
    }
}
