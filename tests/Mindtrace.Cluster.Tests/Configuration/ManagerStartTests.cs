using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Configuration;

/// <summary>The variables of the Python cluster on the manager's real program.</summary>
public sealed class ManagerStartTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Manager_VariablesOnly_ListensAndStoresWhereTheySay()
    {
        var pids = Directory.CreateTempSubdirectory("mindtrace-test-pids-");
        var url = new Uri($"http://127.0.0.1:{LoopbackPort.FindFree()}/");
        var launch = ManagerLaunch.On(
            fixture.Redis,
            url,
            ("ASPNETCORE_URLS", null),
            ("ConnectionStrings:redis", null),
            ("MINDTRACE_DEFAULT_HOST_URLS__CLUSTER_MANAGER", url.AbsoluteUri),
            ("MINDTRACE_CLUSTER__DEFAULT_REDIS_URL", "redis://" + fixture.Redis),
            ("MINDTRACE_DIR_PATHS__SERVER_PIDS_DIR", pids.FullName));
        var type = ClusterFixture.NewType("by-variables");
        await fixture.RouteAsync(type.Type);
        var job = type.CreateJob(new EchoInput { Message = "kept" });
        await fixture.Cluster.SubmitJobAsync(job, Cancel);

        await using (var manager = await ServiceProcess.LaunchAsync(launch, Cancel))
        {
            var status = await new ClusterClient(manager.Client).GetJobStatusAsync(job.Id, Cancel);
            var pid = await manager.Client.CallAsync(ServiceOperations.PidFile, Cancel);

            Assert.Equal(job.Id, status.JobId);
            Assert.Equal(pids.FullName, Path.GetDirectoryName(pid.PidFile));
        }

        pids.Delete(recursive: true);
    }

    [Fact]
    public async Task Manager_WrongVariable_EndsWithOneLine()
    {
        var launch = ManagerLaunch.On(fixture.Redis, settings: ("MINDTRACE_CLUSTER__RABBITMQ_PORT", "amqp"));

        var failure = await Assert.ThrowsAsync<ServiceLaunchException>(() => ServiceProcess.LaunchAsync(launch, Cancel));

        Assert.Equal(1, failure.ExitCode);
        Assert.Equal("MINDTRACE_CLUSTER__RABBITMQ_PORT is 'amqp': expected a port from 1 to 65535.", failure.Output);
    }
}
