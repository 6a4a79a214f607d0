using Microsoft.Extensions.Configuration;

namespace Mindtrace.Cli.Connection;

/// <summary>Where a cluster is.</summary>
/// <param name="Url">The manager.</param>
/// <param name="ApiKey">The key.</param>
/// <param name="Source">How that is known, for people.</param>
/// <param name="KeySource">How the key is known, for people.</param>
internal sealed record ClusterAddress(Uri Url, string ApiKey, string Source, string KeySource)
{
    public const string UrlVariable = "MINDTRACE_URL";
    public const string ApiKeyVariable = "MINDTRACE_API_KEY";

    // The AppHost keeps the key that it generates among its user secrets, and ports that differ from the default may be there, too.
    private const string AppHostSecrets = "mindtrace-apphost";
    private const string DefaultPort = "8002";

    /// <summary>Finds the cluster: what was typed, then a profile, then the environment, then the AppHost of this machine, each part by itself.</summary>
    /// <exception cref="UsageException">There is no key, or no such profile.</exception>
    public static ClusterAddress Find(Uri? url, string? apiKey, string? profile, Func<string, string?> environment)
    {
        var name = profile ?? environment(Profiles.Variable);
        var known = name is null ? null : Profiles.Read(Profiles.DefaultPath, name);
        var secrets = new ConfigurationBuilder().AddUserSecrets(AppHostSecrets).Build();
        var (foundUrl, source) = (url, known?.Url, Read(environment(UrlVariable))) switch
        {
            ({ } typed, _, _) => (typed, "--url"),
            (_, { } kept, _) => (kept, $"profile {name}"),
            (_, _, { } set) => (set, UrlVariable),
            _ => (new Uri($"http://localhost:{secrets["Ports:Manager"] ?? DefaultPort}"), "the AppHost of this machine"),
        };
        var (foundKey, keySource) = (apiKey, known?.ApiKey, environment(ApiKeyVariable)) switch
        {
            ({ } typed, _, _) => (typed, "--api-key"),
            (_, { } kept, _) => (kept, $"profile {name}"),
            (_, _, { } set) => (set, ApiKeyVariable),
            _ => (secrets["Parameters:api-key"], "the user secrets of the AppHost"),
        };
        return foundKey is { Length: > 0 }
            ? new ClusterAddress(foundUrl, foundKey, source, keySource)
            : throw new UsageException(
                $"There is no key for {foundUrl}. Set {ApiKeyVariable}, give --api-key or --profile, or start the AppHost on this machine once.");
    }

    private static Uri? Read(string? text) => text switch
    {
        null or "" => null,
        _ when Uri.TryCreate(text, UriKind.Absolute, out var url) => url,
        _ => throw new UsageException($"{UrlVariable} is '{text}': expected a URL such as http://localhost:{DefaultPort}."),
    };
}
