using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Mindtrace.Registry.Minio;

/// <summary>How to reach the registry's bucket on MinIO or any other S3 server.</summary>
public sealed partial class MinioConnection
{
    /// <summary>The name of the connection string in the configuration: <c>ConnectionStrings:minio</c>.</summary>
    public const string ConnectionName = "minio";

    /// <summary>The bucket that is used if none is named: <c>minio-registry</c>.</summary>
    public const string DefaultBucket = "minio-registry";

    private const string EndpointKey = "Endpoint";
    private const string AccessKeyKey = "AccessKey";
    private const string SecretKeyKey = "SecretKey";
    private const string BucketKey = "Bucket";
    private const string Form = "Expected 'Endpoint=http://host:port;AccessKey=…;SecretKey=…[;Bucket=…]'.";

    private MinioConnection(Uri endpoint, string accessKey, string secretKey, string bucket)
    {
        if (!BucketPattern().IsMatch(bucket))
        {
            throw new FormatException(
                $"'{bucket}' is no bucket name: use 3 to 63 lower-case letters, digits, '.' and '-', with a letter or digit at both ends.");
        }

        (Endpoint, AccessKey, SecretKey, Bucket) = (endpoint, accessKey, secretKey, bucket);
    }

    /// <summary>Gets the server's address: <c>http</c> or <c>https</c>, host and port.</summary>
    public Uri Endpoint { get; }

    /// <summary>Gets the name of the account.</summary>
    public string AccessKey { get; }

    /// <summary>Gets the secret of the account.</summary>
    public string SecretKey { get; }

    /// <summary>Gets the bucket.</summary>
    public string Bucket { get; }

    /// <summary>Reads <c>Endpoint=http://host:port;AccessKey=…;SecretKey=…[;Bucket=…]</c>.</summary>
    /// <remarks>Keys may come in any order and case. A value that contains a semicolon is put in quotation marks.</remarks>
    /// <exception cref="FormatException">Something is missing, unknown or malformed; the message names it without showing the secret.</exception>
    public static MinioConnection Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var settings = new DbConnectionStringBuilder();
        try
        {
            settings.ConnectionString = connectionString;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The MinIO connection string is malformed. {Form}", e);
        }

        string[] known = [EndpointKey, AccessKeyKey, SecretKeyKey, BucketKey];
        var unknown = settings.Keys.Cast<string>().FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? new MinioConnection(
                ParseEndpoint(Require(EndpointKey)), Require(AccessKeyKey), Require(SecretKeyKey),
                settings.TryGetValue(BucketKey, out var bucket) ? (string)bucket : DefaultBucket)
            : throw new FormatException($"The MinIO connection string has the unknown key '{unknown}'. {Form}");

        string Require(string key) => settings.TryGetValue(key, out var value) && value is string { Length: > 0 } text
            ? text
            : throw new FormatException($"The MinIO connection string has no {key}. {Form}");
    }

    /// <summary>Finds the connection in the configuration: <c>ConnectionStrings:minio</c>.</summary>
    /// <exception cref="InvalidOperationException">It is not configured.</exception>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static MinioConnection FromConfiguration(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.GetConnectionString(ConnectionName) is { Length: > 0 } connectionString
            ? Parse(connectionString)
            : throw new InvalidOperationException(
                $"The registry uses MinIO, but no server is configured: set ConnectionStrings:{ConnectionName}. {Form}");
    }

    /// <summary>Names server and bucket, not the keys.</summary>
    public override string ToString() => $"{Endpoint.GetLeftPart(UriPartial.Authority)}/{Bucket}";

    private static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
            ? uri
            : throw new FormatException("The MinIO endpoint is no server address: expected http://host:port or https://host:port, nothing more.");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketPattern();
}
