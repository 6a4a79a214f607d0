using System.Data.Common;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Where a cluster is and with which key to call it, as a connection string says it.</summary>
internal sealed record ClusterConnection(Uri Endpoint, string Key)
{
    private const string Form = "Expected 'Endpoint=http://host:port;Key=…'.";

    /// <summary>Reads <c>Endpoint=http://host:port;Key=…</c>.</summary>
    /// <exception cref="FormatException">Something is missing or malformed; the message does not show the key.</exception>
    public static ClusterConnection Parse(string text)
    {
        var settings = new DbConnectionStringBuilder();
        try
        {
            settings.ConnectionString = text;
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"The connection string of the cluster is malformed. {Form}", fault);
        }

        return new ClusterConnection(ReadEndpoint(Read(settings, nameof(Endpoint))), Read(settings, nameof(Key)));
    }

    public void ApplyTo(ServiceClientOptions options) => (options.BaseAddress, options.ApiKey) = (Endpoint, Key);

    /// <summary>Names the cluster, not the key.</summary>
    public override string ToString() => Endpoint.GetLeftPart(UriPartial.Authority);

    private static string Read(DbConnectionStringBuilder settings, string name) =>
        settings.TryGetValue(name, out var value) && value is string { Length: > 0 } text
            ? text
            : throw new FormatException($"The connection string of the cluster has no {name}{Names(settings)}. {Form}");

    private static Uri ReadEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException($"The Endpoint of the cluster's connection string is '{text}', which is no URL with http or https. {Form}");

    // The names that were written instead; their values may be secrets.
    private static string Names(DbConnectionStringBuilder settings) =>
        settings.Count > 0 ? $", only {string.Join(", ", settings.Keys.Cast<string>())}" : "";
}
