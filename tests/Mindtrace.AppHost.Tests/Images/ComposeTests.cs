using System.Security.Cryptography;
using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.AppHost.Tests.Images;

/// <summary>The services' images, as <c>deploy/compose.yaml</c> runs them.</summary>
public sealed class ComposeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Services = ["redis", "rabbitmq", "minio", "manager", "node", "worker"];

    [Fact]
    public async Task Images_Composed_RunJobsAndKeepThemOverARestart()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var cancel = limit.Token;
        await ServiceImages.BuildAsync(cancel);
        var (key, port) = (RandomNumberGenerator.GetHexString(32), LoopbackPort.FindFree());
        await using (var compose = await ComposedCluster.PrepareAsync(ComposeFile, Services, Settings(key, port), cancel))
        {
            await compose.RunAsync(cancel, "up", "--detach");
            var cluster = ClusterClient.Connect(new Uri($"http://127.0.0.1:{port}"), key);

            // The node's own image is the one that launches: its stock worker has the runtime of the image.
            var (worker, launched) = (WorkerTypeName.Parse("launched"), JobType.Parse("launched_echo"));
            await UntilAsync(async () => (await cluster.ListNodesAsync(cancel)).Count == 1, cancel);
            await cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(worker, "EchoWorker") { JobType = launched }, cancel);
            var launch = await cluster.WaitForLaunchAsync(await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(worker), cancel), cancel);
            Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error));
            var first = await RunAsync(cluster, launched, cancel);
            await RunAsync(cluster, EchoWorker.EchoJob.Type, cancel);

            foreach (var service in Services[3..])
            {
                await UntilAsync(async () => await InspectAsync(compose, service, "{{.State.Health.Status}}", cancel) == "healthy", cancel);
                Assert.Equal("1654", await InspectAsync(compose, service, "{{.Config.User}}", cancel));
                Assert.Equal("true", await InspectAsync(compose, service, "{{.HostConfig.ReadonlyRootfs}}", cancel));
            }

            await compose.RunAsync(cancel, "down", "--timeout", "30");
            await compose.RunAsync(cancel, "up", "--detach", "manager");
            await UntilAsync(async () => (await cluster.GetJobStatusAsync(first, cancel)).Status == JobState.Completed, cancel);
        }

        await ServiceImages.RemoveAsync();
    }

    private static string ComposeFile => Path.Combine(ServiceImages.RepositoryRoot, "deploy", "compose.yaml");

    private static Dictionary<string, string> Settings(string key, int port) => new()
    {
        ["MINDTRACE_API_KEY"] = key,
        ["MINDTRACE_NODE_KEY"] = RandomNumberGenerator.GetHexString(32),
        ["MINDTRACE_WORKER_KEY"] = RandomNumberGenerator.GetHexString(32),
        ["MINDTRACE_PORT"] = $"{port}",
        ["REDIS_PASSWORD"] = RandomNumberGenerator.GetHexString(32),
        ["RABBITMQ_PASSWORD"] = RandomNumberGenerator.GetHexString(32),
        ["MINIO_SECRET_KEY"] = RandomNumberGenerator.GetHexString(32),
        ["MINIO_IMAGE"] = Environment.GetEnvironmentVariable("MINDTRACE_TEST_S3_IMAGE") ?? "mindtrace-test/s3:local",
        ["MANAGER_IMAGE"] = ServiceImages.Manager,
        ["NODE_IMAGE"] = ServiceImages.Node,
        ["WORKER_IMAGE"] = ServiceImages.Worker,
    };

    private static async Task<JobId> RunAsync(ClusterClient cluster, JobType type, CancellationToken cancel)
    {
        var job = new Job { SchemaName = type, Payload = JsonElement.Parse("""{"message":"from an image"}""") };
        await cluster.SubmitJobAsync(job, cancel);
        var finished = await cluster.WaitForJobAsync(job.Id, cancel);
        Assert.Equal(JobState.Completed, finished.Status);
        return job.Id;
    }

    private static async Task<string> InspectAsync(ComposedCluster compose, string service, string format, CancellationToken cancel)
    {
        var container = await compose.RunAsync(cancel, "ps", "--quiet", service);
        return (await Command.RunAsync("docker", ["inspect", "--format", format, container], cancel)).Output;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancel)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (!await IsTrueAsync())
        {
            await look.WaitForNextTickAsync(cancel);
        }

        async Task<bool> IsTrueAsync()
        {
            try
            {
                return await condition();
            }
            catch (ServiceUnreachableException)
            {
                return false;
            }
        }
    }
}
