using Mindtrace.TestServers;

namespace Mindtrace.AppHost.Tests.Boot;

[Collection(nameof(BootedCluster))]
public sealed class ContainerModeTests : FirstJobSuite
{
    private static string S3Image => Environment.GetEnvironmentVariable("MINDTRACE_TEST_S3_IMAGE") ?? "mindtrace-test/s3:local";

    // MinIO's own image may not be at hand; any S3 server serves.
    protected override string[] Settings => ["--Infrastructure:Mode=Containers", $"--Images:Minio={S3Image}"];

    protected override bool WorkersHaveUsers => true;

    protected override Task RequireAsync(CancellationToken cancellationToken) =>
        ContainerRuntime.RequireAsync(cancellationToken, "rabbitmq:4.3-management", "redis:8.6", S3Image);
}
