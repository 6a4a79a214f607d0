using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Endpoint jobs whose manager does not live to see their end.</summary>
public sealed class EndpointRecoveryTests(ClusterFixture fixture)
{
    private static readonly (string, string)[] QuickReaper = [("Recovery:ContactTime", "00:00:00"), ("Recovery:LookInterval", "00:00:00.2")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ManagerStopsMidEndpointJob_GivesItBackAndAnotherRunsIt()
    {
        var space = new RedisKeySpace($"endpoints-{Guid.NewGuid():N}");
        await using var other = ManagerProgram.Start(fixture.Redis, space);
        await using var app = await GatedApp.StartAsync(other.Cluster);
        var type = ClusterFixture.NewType("stopped");
        await other.Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.App.Name}/run", Cancel);
        var job = type.CreateJob(new EchoInput { Message = "twice" });
        Task<JobStatus> submit;
        await using (var manager = ManagerProgram.Start(fixture.Redis, space, ("Worker:DrainTimeout", "00:00:00")))
        {
            submit = ClusterClient.Connect(manager.Url, ManagerProgram.ApiKey).SubmitJobAsync(job, Cancel);
            await app.NextCallAsync();
        }

        // The answer to the submit came before the manager's end.
        Assert.Contains((await submit.InTime()).Status, new[] { JobState.Queued, JobState.Running });
        (await app.NextCallAsync()).Answer.SetResult("{}");
        var ended = await other.Cluster.WaitForJobAsync(job.Id, Cancel).InTime();
        Assert.Equal((JobState.Completed, 1), (ended.Status, ended.Job.Attempt));
    }

    [Fact]
    public async Task ManagerKilledMidEndpointJob_AnotherManagerRunsItAgain()
    {
        await using var redis = new GarnetServer();
        await redis.StartAsync(Cancel);
        await using var survivor = ManagerProgram.Start(redis.ConnectionString, space: null, QuickReaper);
        await using var app = await GatedApp.StartAsync(survivor.Cluster);
        var type = ClusterFixture.NewType("killed");
        await survivor.Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.App.Name}/run", Cancel);
        var job = type.CreateJob(new EchoInput { Message = "twice" });
        await using var victim = await ManagerProcess.StartAsync(redis.ConnectionString, leaseSeconds: 3);
        var submit = victim.Cluster.SubmitJobAsync(job, Cancel);
        var first = await app.NextCallAsync();

        await victim.KillAsync();

        await Assert.ThrowsAsync<Mindtrace.Services.ServiceUnreachableException>(() => submit.InTime());
        await first.BrokenOff.Task.InTime();
        (await app.NextCallAsync()).Answer.SetResult("{}");
        var ended = await survivor.Cluster.WaitForJobAsync(job.Id, Cancel).InTime();
        Assert.Equal((JobState.Completed, 2), (ended.Status, ended.Job.Attempt));
        Assert.Equal(1, (await survivor.Services.GetRequiredService<IJobStore>().FindAsync(job.Id, Cancel))!.Deaths);
    }

    [Fact]
    public async Task ManagerLivesLongerThanTheLease_KeepsTheJob()
    {
        var space = new RedisKeySpace($"endpoints-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(
            fixture.Redis, space, [.. QuickReaper, ("Worker:HeartbeatInterval", "00:00:01"), ("Worker:LeaseDuration", "00:00:03")]);
        await using var app = await GatedApp.StartAsync(manager.Cluster);
        var type = ClusterFixture.NewType("kept");
        await manager.Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.App.Name}/run", Cancel);
        var job = type.CreateJob(new EchoInput { Message = "long" });
        var submit = manager.Cluster.SubmitJobAsync(job, Cancel);
        var call = await app.NextCallAsync();
        var store = manager.Services.GetRequiredService<IJobStore>();
        var claimed = (await store.FindAsync(job.Id, Cancel))!.LeaseExpiresAt;

        // Each renewal moves the end of the lease; two of them make it certain that somebody renews.
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var ends = new HashSet<DateTimeOffset?> { claimed };
        while (ends.Count < 3)
        {
            await look.WaitForNextTickAsync(Cancel).InTime();
            ends.Add((await store.FindAsync(job.Id, Cancel))!.LeaseExpiresAt);
        }

        call.Answer.SetResult("{}");
        var ended = await submit.InTime();
        Assert.Equal((JobState.Completed, 1), (ended.Status, ended.Job.Attempt));
    }
}
