using System.Text.Json;
using Mindtrace.Services;

namespace Mindtrace.Cli.Connection;

/// <summary>The clusters that somebody works with, by name: <c>{"plant": {"url": "http://…", "api_key": "…"}}</c>.</summary>
internal static class Profiles
{
    public const string Variable = "MINDTRACE_PROFILE";

    /// <summary>Gets the file that profiles are read from.</summary>
    public static string DefaultPath { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mindtrace", "profiles.json");

    /// <summary>Reads a profile.</summary>
    /// <exception cref="UsageException">There is no such file, or no such profile in it, or it cannot be read.</exception>
    public static ClusterProfile Read(string path, string name)
    {
        try
        {
            var all = JsonSerializer.Deserialize<Dictionary<string, ClusterProfile>>(File.ReadAllText(path), ServiceJson.Options)!;
            return all.GetValueOrDefault(name)
                ?? throw new UsageException($"{path} has no profile '{name}'. It has: {string.Join(", ", all.Keys)}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"The profile '{name}' cannot be read: {fault.Message}");
        }
    }
}

/// <summary>A cluster.</summary>
/// <param name="Url">The manager.</param>
/// <param name="ApiKey">The key.</param>
internal sealed record ClusterProfile(Uri Url, string ApiKey);
