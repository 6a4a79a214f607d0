using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Scaling;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Scaling;

/// <summary>Two managers keep the workers of scaled types, on nodes that come and go. Whatever they launch is a real process.</summary>
public sealed class WorkerScalerTests : IAsyncLifetime
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly GarnetServer _redis = new();
    private readonly DirectoryInfo _registry = Directory.CreateTempSubdirectory("mindtrace-test-registry-");
    private ManagerProgram _manager = null!;
    private ManagerProgram _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => _manager.Cluster;

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync(Cancel);
        (_manager, _other) = (Start(), Start());

        ManagerProgram Start() => ManagerProgram.Start(
            _redis.ConnectionString, space: null, ("Registry:Path", _registry.FullName), ("Scaling:LookInterval", "00:00:00.1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _manager.DisposeAsync();
        await _redis.DisposeAsync();
        _registry.Delete(recursive: true);
    }

    [Fact]
    public async Task Min_IsKept_AlsoWhenANodeIsLost()
    {
        var type = await RegisterAsync("kept");
        await using var node = NodeProgram.Start(_other, "19780-19784");
        await using (var lost = NodeProgram.Start(_manager, "19785-19789"))
        {
            await _manager.NodesWhenAsync(nodes => nodes.Count(it => it.MaxWorkers is not null) == 2);
            await Cluster.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(type, Min: 2, Max: 2), Cancel);
            var workers = await WorkersWhenAsync(all => all.Count == 2);
            Assert.Equal(new HashSet<Uri?> { node.Url, lost.Url }, workers.Select(worker => worker.NodeUrl).ToHashSet());
        }

        await WorkersWhenAsync(all => all.Count == 2 && all.All(worker => worker.NodeUrl == node.Url));
        var scale = Assert.Single(await Cluster.ListScalesAsync(Cancel));
        Assert.Equal([(0, 2), (1, 2)], scale.Decisions.Select(decision => (decision.From, decision.To)));
        Assert.All(scale.Decisions, decision => Assert.Equal("there are to be 2 at least", decision.Reason));
        await Cluster.UnscaleWorkerTypeAsync(type, Cancel);
        Assert.Empty(await Cluster.ListScalesAsync(Cancel));
    }

    [Fact]
    public async Task FirstJob_LaunchesAWorker_WhichIsDrainedWhenNothingIsLeft()
    {
        var type = await RegisterAsync("zero");
        await using var node = NodeProgram.Start(_manager, "19990-19994");
        await _manager.NodesWhenAsync(nodes => nodes.Any(it => it.MaxWorkers is not null));
        await Cluster.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(type, Min: 0, Max: 1) { WarmUpSeconds = 0, IdleSeconds = 0 }, Cancel);
        await ScaleWhenAsync(scale => scale.Wanted == 0);

        var job = await Cluster.SubmitJobAsync(new Job { SchemaName = JobType.Parse("zero"), Payload = System.Text.Json.JsonSerializer.SerializeToElement(new { message = "hi" }) }, Cancel);

        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
        await WorkersWhenAsync(all => all.Count == 0);
        var scale = await ScaleWhenAsync(it => it.Workers == 0);
        Assert.Equal([(0, 1), (1, 0)], scale.Decisions.Select(decision => (decision.From, decision.To)));
    }

    [Fact]
    public async Task NoNode_IsToldAsTheFault_AndTriedAgainLater()
    {
        var type = await RegisterAsync("nowhere");
        await Cluster.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(type, Min: 1, Max: 1), Cancel);

        var scale = await ScaleWhenAsync(it => it.Fault is not null);

        Assert.StartsWith("There is no node.", scale.Fault, StringComparison.Ordinal);
        Assert.Equal((0, (int?)1), (scale.Workers, scale.Wanted));
        Assert.NotEmpty(scale.Decisions);
    }

    [Fact]
    public async Task Look_ByTwoManagersAtOnce_IsMadeByOne()
    {
        var type = await RegisterAsync("once");
        var space = new RedisKeySpace("once");
        await using var quiet = ManagerProgram.Start(
            _redis.ConnectionString, space, ("Registry:Path", _registry.FullName), ("Scaling:LookInterval", "00:10:00"));
        await using var second = ManagerProgram.Start(
            _redis.ConnectionString, space, ("Registry:Path", _registry.FullName), ("Scaling:LookInterval", "00:10:00"));
        await quiet.Cluster.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(type, Min: 0, Max: 1), Cancel);

        var looks = await Task.WhenAll(new[] { quiet, second, quiet, second }.Select(it => it.Services.GetRequiredService<WorkerScaler>().LookAsync(Cancel)));

        Assert.InRange(looks.Sum(), 0, 1);
        Assert.Equal(0, await quiet.Services.GetRequiredService<WorkerScaler>().LookAsync(Cancel));
        Assert.Equal(0, Assert.Single(await quiet.Cluster.ListScalesAsync(Cancel)).Wanted);
    }

    [Fact]
    public async Task Scale_UnknownTypeOrMaxBelowMin_IsRefused()
    {
        var unknown = await Assert.ThrowsAsync<OperationException>(() =>
            Cluster.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(WorkerTypeName.Parse("unknown"), 0, 1), Cancel));
        Assert.Equal((422, "worker_type"), (unknown.Status, Assert.Single(unknown.Errors).Key));
        var type = await RegisterAsync("refused");
        var bounds = await Assert.ThrowsAsync<OperationException>(() => Cluster.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(type, 2, 1), Cancel));
        Assert.Equal((422, "max"), (bounds.Status, Assert.Single(bounds.Errors).Key));
        var none = await Assert.ThrowsAsync<OperationException>(() => Cluster.UnscaleWorkerTypeAsync(type, Cancel));
        Assert.Equal((404, "urn:mindtrace:problem:scale-not-found"), (none.Status, none.ProblemType));
    }

    private async Task<WorkerTypeName> RegisterAsync(string name)
    {
        var type = WorkerTypeName.Parse(name);
        await Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(type, nameof(EchoWorker)) { JobType = JobType.Parse(name) }, Cancel);
        return type;
    }

    /// <summary>Waits until those workers that live and take jobs are as they should be.</summary>
    private async Task<IReadOnlyList<WorkerStatus>> WorkersWhenAsync(Func<IReadOnlyList<WorkerStatus>, bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var workers = (await Cluster.ListWorkersAsync(Cancel).InTime())
                .Where(worker => worker.Status is WorkerState.Idle or WorkerState.Running && !worker.IsDraining).ToList();
            if (condition(workers))
            {
                return workers;
            }

            await look.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task<ScaleStatus> ScaleWhenAsync(Func<ScaleStatus, bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var scale = Assert.Single(await Cluster.ListScalesAsync(Cancel).InTime());
            if (condition(scale))
            {
                return scale;
            }

            await look.WaitForNextTickAsync(Cancel);
        }
    }
}
