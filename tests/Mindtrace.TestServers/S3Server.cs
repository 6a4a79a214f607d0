using System.Security.Cryptography;

namespace Mindtrace.TestServers;

/// <summary>
/// An S3 server that takes MinIO's arguments and environment. <c>MINDTRACE_TEST_S3</c> names an existing one instead, as
/// <c>Endpoint=…;AccessKey=…;SecretKey=…</c>; <c>MINDTRACE_TEST_S3_IMAGE</c> names the image to start, by default the
/// one that tests/containers builds.
/// </summary>
public sealed class S3Server : TestServer
{
    private const string DefaultImage = "mindtrace-test/s3:local";
    private const int Port = 9000;

    /// <summary>Creates a server that is not started yet.</summary>
    public S3Server()
        : base("MINDTRACE_TEST_S3")
    {
    }

    private protected override async Task<RunningServer> LaunchAsync(CancellationToken cancellationToken)
    {
        const string AccessKey = "mindtrace";
        var secretKey = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var image = Environment.GetEnvironmentVariable("MINDTRACE_TEST_S3_IMAGE") is { Length: > 0 } named ? named : DefaultImage;
        var spec = new ContainerSpec(image, [Port], ["server", "/data"])
        {
            Environment = new Dictionary<string, string> { ["MINIO_ROOT_USER"] = AccessKey, ["MINIO_ROOT_PASSWORD"] = secretKey },
        };
        var container = await Container.RunAsync(spec, cancellationToken);
        var endpoint = new Uri($"http://127.0.0.1:{container.HostPort(Port)}");
        var health = new Uri(endpoint, "/minio/health/live");
        return new RunningServer(
            container,
            $"Endpoint={endpoint.OriginalString};AccessKey={AccessKey};SecretKey={secretKey}",
            cancel => HttpHealth.AnswersAsync(health, cancel));
    }
}
