using System.Diagnostics;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.AppHost.Tests.Boot;

[Collection(nameof(BootedCluster))]
public sealed class EmbeddedModeTests : FirstJobSuite
{
    protected override string[] Settings => ["--Infrastructure:Mode=Embedded"];

    protected override bool WorkersHaveUsers => false;

    [Fact]
    public async Task EmbeddedRedis_KilledAfterAJob_StillKnowsItAfterARestart()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(200));
        var data = Directory.CreateTempSubdirectory("mindtrace-test-embedded-");
        try
        {
            string[] settings = [.. Settings, $"--Infrastructure:DataDirectory={data.FullName}"];
            var job = EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "remember me" });
            await using (var first = await BootedCluster.StartAsync(limit.Token, settings))
            {
                Assert.Equal(0, await first.QuickstartAsync(limit.Token));
                await first.Client.SubmitJobAsync(job, limit.Token);
                Assert.Equal(JobState.Completed, (await first.Client.WaitForJobAsync(job.Id, limit.Token)).Status);
                using var redis = Process.GetProcessById(await first.ProcessIdAsync("embedded-redis", limit.Token));
                redis.Kill(entireProcessTree: true);
                await redis.WaitForExitAsync(limit.Token);
            }

            await using var second = await BootedCluster.StartAsync(limit.Token, settings);
            Assert.Equal(0, await second.QuickstartAsync(limit.Token));
            var found = await second.Client.GetJobStatusAsync(job.Id, limit.Token);
            Assert.Equal(JobState.Completed, found.Status);
            Assert.Equal("remember me", EchoWorker.EchoJob.ReadOutput(found.Output)!.Echoed);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
