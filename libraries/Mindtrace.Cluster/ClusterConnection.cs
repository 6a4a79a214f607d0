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

        return settings.TryGetValue(nameof(Endpoint), out var endpoint) && Uri.TryCreate((string)endpoint, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && settings.TryGetValue(nameof(Key), out var key) && key is string { Length: > 0 } secret
            ? new ClusterConnection(url, secret)
            : throw new FormatException($"The connection string of the cluster lacks an Endpoint or a Key. {Form}");
    }

    public void ApplyTo(ServiceClientOptions options) => (options.BaseAddress, options.ApiKey) = (Endpoint, Key);

    /// <summary>Names the cluster, not the key.</summary>
    public override string ToString() => Endpoint.GetLeftPart(UriPartial.Authority);
}
