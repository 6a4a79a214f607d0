using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;
using StackExchange.Redis;
using Role = Mindtrace.Services.Role;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>The manager while its store is away, on a store of its own.</summary>
public sealed class OutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Manager_StoreIsAway_Answers503AndWorksAgainOnceItIsBack()
    {
        await using var redis = new GarnetServer();
        await redis.StartAsync(Cancel);
        await using var manager = ManagerProgram.Start(redis.ConnectionString);
        var type = ClusterFixture.NewType("outage");
        var workerType = new RegisterWorkerTypeRequest(WorkerTypeName.Parse("echo"), nameof(EchoWorker)) { JobType = type.Type };
        await manager.Cluster.RegisterWorkerTypeAsync(workerType, Cancel);
        var before = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "before" }), Cancel);
        var made = await manager.Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("reader"), [Role.Viewer]), Cancel);
        var reader = new ClusterClient(new ServiceClient(manager.CreateClient(), apiKey: made.Key));
        var restored = Restored(manager.Services.GetRequiredService<IConnectionMultiplexer>());

        await redis.KillAsync(Cancel);
        await AssertUnavailableAsync(() => manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "during" }), Cancel).InTime());
        await AssertUnavailableAsync(() => manager.Cluster.GetJobStatusAsync(before.JobId, Cancel).InTime());
        await AssertUnavailableAsync(() => reader.ListAppsAsync(Cancel).InTime());
        await AssertUnavailableAsync(() => manager.Cluster.ClearDatabasesAsync(Cancel).InTime());
        await AssertUnavailableAsync(() => manager.Cluster.RegisterWorkerTypeAsync(workerType, Cancel).InTime());
        await AssertUnavailableAsync(() => manager.Cluster.LaunchWorkerAsync(
            new LaunchWorkerOnNodeRequest(workerType.WorkerName) { NodeUrl = new Uri("http://127.0.0.1:9/") }, Cancel).InTime());

        await redis.RestartAsync(Cancel);
        await restored.InTime();
        await using var worker = await WorkerProgram.StartAsync(redis.ConnectionString, new EchoWorker(TimeProvider.System));
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var after = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "after" }), Cancel);
        Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(after.JobId, Cancel).InTime()).Status);
        Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(before.JobId, Cancel).InTime()).Status);
    }

    /// <summary>Waits until both connections are back after their loss: that of the commands, and that of the events which a wait for a job needs.</summary>
    private static Task Restored(IConnectionMultiplexer connection)
    {
        var commands = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var events = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionRestored += (_, restore) =>
            (restore.ConnectionType == ConnectionType.Interactive ? commands : events).TrySetResult();
        return Task.WhenAll(commands.Task, events.Task);
    }

    private static async Task AssertUnavailableAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(call);
        Assert.Equal((503, "urn:mindtrace:problem:backend-unavailable"), (refused.Status, refused.ProblemType));
        Assert.Equal(TimeSpan.FromSeconds(2), refused.RetryAfter);
    }
}
