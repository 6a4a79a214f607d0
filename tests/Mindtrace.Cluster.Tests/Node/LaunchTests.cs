using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>A node that launches real worker processes.</summary>
public sealed class LaunchTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task EveryOperation_MalformedBody_IsRefusedNamingTheField()
    {
        await using var node = NodeProgram.Start(fixture.Manager, "19901-19901");
        using var http = new HttpClient { BaseAddress = node.Url };

        await MalformedBodies.AreRefusedAsync(http, node.Operations!);
    }

    [Fact]
    public async Task Launch_WorkerTypeWithDottedPath_BecomesReadyAndRunsItsJobsUntilTheNodeEnds()
    {
        var type = ClusterFixture.NewType("launched");
        await fixture.RegisterAsync(type.Type, "mindtrace.cluster.workers.echo_worker.EchoWorker");
        LaunchStatus worker;
        int process;
        await using (var node = NodeProgram.Start(fixture.Manager, "19900-19900"))
        {
            worker = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));
            Assert.Equal((LaunchState.Ready, "http://127.0.0.1:19900/", (string?)null), (worker.Status, worker.WorkerUrl, worker.Error));
            Assert.Equal(worker.WorkerId, worker.WorkerName);

            var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
            var completed = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
            Assert.Equal((JobState.Completed, worker.WorkerId), (completed.Status, completed.WorkerId));

            var full = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));
            Assert.Equal((LaunchState.Failed, "No worker ports available in range [19900, 19900]"), (full.Status, full.Error));
            var taken = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value, new Uri(worker.WorkerUrl!)));
            Assert.Equal((LaunchState.Failed, "Port 19900 of the worker URL http://127.0.0.1:19900/ is taken."), (taken.Status, taken.Error));

            await node.Service.CallAsync(NodeOperations.ShutdownWorkerById, new WorkerIdRequest(worker.WorkerId!), Cancel).InTime();
            worker = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value, new Uri(worker.WorkerUrl!)));
            Assert.Equal((LaunchState.Ready, (string?)null), (worker.Status, worker.Error));
            process = await RunningNode.ProcessIdAsync(worker);
            Assert.True(Signals.Runs(process));
        }

        Assert.False(Signals.Runs(process));
        Assert.Equal(WorkerState.Nonexistent, (await Cluster.GetWorkerStatusAsync(worker.WorkerId!, Cancel)).Status);
    }

    [Theory]
    [InlineData("http://worker.example.org:8200/")]
    [InlineData("http://192.0.2.1:8200/")]
    [InlineData("http://localhost.example.org:8200/")]
    public async Task Launch_WorkerUrlOnAnotherMachine_IsRefusedAndNotSentTheKey(string url)
    {
        await using var node = NodeProgram.Start(fixture.Manager, "19901-19901");

        var refused = await Assert.ThrowsAsync<OperationException>(() => node.LaunchAsync("any", new Uri(url)));

        Assert.Equal((422, "worker_url"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    [Fact]
    public async Task LaunchFailure_IsReportedInStatusNotByLaunch()
    {
        var type = ClusterFixture.NewType("classless");
        await fixture.RegisterAsync(type.Type, "no.such.Thing");
        await using var node = NodeProgram.Start(fixture.Manager, "19910-19911");

        var untyped = await node.EndOfLaunchAsync(await node.LaunchAsync("never-registered"));
        var classless = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));
        var unknown = await Assert.ThrowsAsync<OperationException>(() => Cluster.LaunchWorkerStatusAsync(node.Url, Guid.NewGuid(), Cancel));

        Assert.Equal((LaunchState.Failed, "Object worker:never-registered@1.0.0 not found."), (untyped.Status, untyped.Error));
        Assert.Equal(LaunchState.Failed, classless.Status);
        Assert.Contains("Worker:Class is 'Thing'", classless.Error, StringComparison.Ordinal);
        Assert.Equal((404, "urn:mindtrace:problem:launch-not-found"), (unknown.Status, unknown.ProblemType));
    }

    [Fact]
    public async Task WorkerProcess_KilledWhileItRunsAJob_CostsADeathAndAnotherWorkerRunsTheJob()
    {
        var type = ClusterFixture.NewType("killed");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19920-19921");
        Guid[] ids = [await node.LaunchAsync(type.Type.Value), await node.LaunchAsync(type.Type.Value)];
        var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));
        Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));
        var processes = new Dictionary<string, int>();
        foreach (var launch in launches)
        {
            processes[launch.WorkerId!] = await RunningNode.ProcessIdAsync(launch);
        }

        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello", Delay = 3 }) with { MaxAttempts = 1 }, Cancel);
        var store = fixture.Manager.Services.GetRequiredService<IJobStore>();
        var victim = await WorkerOfAsync(store, job.JobId).InTime();
        Process.GetProcessById(processes[victim]).Kill();
        var completed = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();

        Assert.Equal((JobState.Completed, "hello"), (completed.Status, type.ReadOutput(completed.Output)!.Echoed));
        Assert.NotEqual(victim, completed.WorkerId);
        var record = (await store.FindAsync(job.JobId, Cancel))!;
        Assert.Equal((1, 0, 2), (record.Deaths, record.Failures, record.Attempt));
        var death = Assert.Single(record.Attempts);
        Assert.Equal((AttemptEnd.Died, $"Worker {victim} ended: the process was killed by signal 9"), (death.End, death.Reason));

        await node.Service.CallAsync(NodeOperations.ShutdownAllWorkers, Cancel).InTime();
        Assert.All(processes.Values, process => Assert.False(Signals.Runs(process)));
    }

    private static async Task<string> WorkerOfAsync(IJobStore store, JobId id)
    {
        await foreach (var record in store.WatchAsync(id, Cancel))
        {
            if (record.State == JobState.Running)
            {
                return record.Worker!.Value.Value;
            }
        }

        throw new InvalidOperationException($"The job {id} ended without having run.");
    }
}
