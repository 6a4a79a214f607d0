using System.Diagnostics;
using System.Net.Sockets;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Launching;

/// <summary>Starts the manager's real program.</summary>
public sealed class ServiceProcessTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launch_Manager_AnswersUntilItIsDisposed()
    {
        var lines = new List<string>();
        var launch = ManagerLaunch.On(fixture.Redis);
        (launch.ReadyWhen, launch.Output) = (ServiceReadiness.Healthy, lines.Add);

        var manager = await ServiceProcess.LaunchAsync(launch, Cancel);
        using var process = Process.GetProcessById(manager.ProcessId);
        var name = await manager.Client.CallAsync(ServiceOperations.ClassName, Cancel);
        var pid = await manager.Client.CallAsync(ServiceOperations.PidFile, Cancel);
        var unknown = await Assert.ThrowsAsync<OperationException>(() => new ClusterClient(manager.Client).GetJobStatusAsync(JobId.New(), Cancel));
        var wasRunning = !process.HasExited;
        await manager.DisposeAsync();
        await manager.DisposeAsync();

        Assert.Equal("ClusterManager", name.ClassName);
        Assert.Equal(404, unknown.Status);
        Assert.True(wasRunning);
        Assert.True(process.HasExited);
        Assert.False(File.Exists(pid.PidFile), "The process was killed: a shutdown removes the file.");
        Assert.Contains(lines, line => line.Contains(launch.Url.Authority, StringComparison.Ordinal));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(launch.Url.Host, launch.Url.Port, Cancel).AsTask());
    }

    [Fact]
    public async Task Launch_UrlTaken_SaysSoAndStartsNothing()
    {
        var launch = ManagerLaunch.On(fixture.Redis, fixture.Manager.Url);

        var failure = await Assert.ThrowsAsync<ServiceLaunchException>(() => ServiceProcess.LaunchAsync(launch, Cancel));

        Assert.Contains("something answers at this URL already", failure.Message, StringComparison.Ordinal);
        Assert.Contains(fixture.Manager.Url.AbsoluteUri, failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.ExitCode);
    }

    [Fact]
    public async Task Launch_ProgramEndsAtOnce_HasItsExitCodeAndLastLines()
    {
        var launch = ManagerLaunch.On(fixture.Redis, settings: ("ConnectionStrings:redis", null));

        var failure = await Assert.ThrowsAsync<ServiceLaunchException>(() => ServiceProcess.LaunchAsync(launch, Cancel));

        Assert.NotEqual(0, Assert.NotNull(failure.ExitCode));
        Assert.Contains("There is no connection string 'redis'", failure.Output, StringComparison.Ordinal);
        Assert.Contains(failure.Output, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_NotReadyInTime_IsKilled()
    {
        var launch = ManagerLaunch.On(fixture.Redis);
        launch.StartTimeout = TimeSpan.FromMilliseconds(1);

        var failure = await Assert.ThrowsAsync<ServiceLaunchException>(() => ServiceProcess.LaunchAsync(launch, Cancel));

        Assert.Contains("not Available within 0.001 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_NoSuchProgram_NamesIt()
    {
        var launch = new ServiceLaunch { Program = "no-such-service.dll" };

        var failure = await Assert.ThrowsAsync<ServiceLaunchException>(() => ServiceProcess.LaunchAsync(launch, Cancel));

        Assert.Contains("there is no file 'no-such-service.dll'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ServiceProgram_BuiltAlong_IsFoundByItsProject()
    {
        var servers = typeof(GarnetServer).Assembly;

        Assert.True(File.Exists(ServiceProgram.Of("Mindtrace.EmbeddedRedis", servers)));
        Assert.Throws<ArgumentException>(() => ServiceProgram.Of("Mindtrace.Manager", servers));
    }
}
