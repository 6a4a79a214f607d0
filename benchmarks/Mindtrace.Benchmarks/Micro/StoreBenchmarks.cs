using BenchmarkDotNet.Attributes;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks.Micro;

/// <summary>What the store is asked on a job's way, one call at a time.</summary>
public class StoreBenchmarks
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly WorkerId Worker = WorkerId.Parse(Guid.NewGuid().ToString());

    private Servers _servers = null!;
    private ConnectionMultiplexer _redis = null!;
    private RedisJobStore _store = null!;
    private JobId _known;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _servers = await Servers.StartAsync(Servers.DefaultSource, CancellationToken.None);
        _redis = await _servers.ConnectToRedisAsync();
        _store = new RedisJobStore(_redis, new RedisKeySpace($"benchmark-{Guid.NewGuid():N}"));
        await _store.SetRouteAsync(EchoWorker.EchoJob.Type, JobRoute.Queue, CancellationToken.None);
        _known = (await SubmitAsync())[0].Record.Job.Id;
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _redis.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Benchmark]
    public Task<JobRecord?> Find() => _store.FindAsync(_known, CancellationToken.None);

    [Benchmark]
    public Task<IReadOnlyList<SubmitResult>> Submit() => SubmitAsync();

    [Benchmark(OperationsPerInvoke = EchoLoad.JobsOfABulk)]
    public Task<IReadOnlyList<SubmitResult>> SubmitInBulk() => SubmitAsync(EchoLoad.JobsOfABulk);

    [Benchmark]
    public async Task<bool> SubmitClaimFinish()
    {
        var job = (await SubmitAsync())[0].Record.Job;
        var attempt = new AttemptKey(job.Id, job.SchemaName, AttemptToken.New());
        await _store.ClaimAsync(attempt, Worker, Lease, CancellationToken.None);
        return await _store.FinishAsync(attempt, new JobOutcome.Completed(job.Payload), CancellationToken.None);
    }

    private Task<IReadOnlyList<SubmitResult>> SubmitAsync(int jobs = 1) => _store.SubmitAsync(
        [.. Enumerable.Range(0, jobs).Select(_ => EchoWorker.EchoJob.CreateJob(new EchoInput { Message = EchoLoad.Message }))], Hold, CancellationToken.None);
}
