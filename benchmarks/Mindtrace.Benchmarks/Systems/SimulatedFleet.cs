using System.Collections.Concurrent;
using System.Diagnostics;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>Nodes and workers that do nothing but live: they register, and beat as often as real ones, those of workers at the store, those of nodes at the manager.</summary>
internal sealed class SimulatedFleet : IAsyncDisposable
{
    private const int RegistrationsAtOnce = 32;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(5);

    // Beats are spread over the interval as those of real processes are; one loop drives each slice of them.
    private static readonly TimeSpan SliceInterval = TimeSpan.FromMilliseconds(50);

    private readonly ClusterUnderTest _cluster;
    private readonly ConnectionMultiplexer _redis;
    private readonly RedisWorkerDirectory _directory;
    private readonly Uri[] _nodes;
    private readonly (WorkerId Id, Uri Url, WorkerOrigin Origin)[] _workers;
    private readonly ConcurrentBag<double> _workerBeats = [];
    private readonly ConcurrentBag<double> _nodeBeats = [];
    private readonly ConcurrentDictionary<string, int> _faults = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _beating = Task.CompletedTask;
    private int _heard;

    private SimulatedFleet(ClusterUnderTest cluster, ConnectionMultiplexer redis, int nodes, int workers)
    {
        (_cluster, _redis) = (cluster, redis);
        _directory = new RedisWorkerDirectory(redis, new RedisKeySpace());
        _nodes = [.. Enumerable.Range(0, nodes).Select(node => new Uri($"http://10.{node / 250}.{node % 250}.1:8090/"))];
        _workers = [.. Enumerable.Range(0, workers).Select(worker =>
        {
            var node = _nodes[worker % nodes];
            return (WorkerId.New(), new UriBuilder(node) { Port = 9000 + (worker / nodes) }.Uri, new WorkerOrigin(node, "benchmark"));
        })];
    }

    /// <summary>Gets how often what went wrong.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    /// <summary>Registers nodes and workers with the manager, and has them beat from then on.</summary>
    /// <returns>The fleet, and how many registrations the manager took each second.</returns>
    public static async Task<(SimulatedFleet Fleet, double RegistrationsPerSecond)> StartAsync(
        ClusterUnderTest cluster, ConnectionMultiplexer redis, int nodes, int workers, CancellationToken cancellationToken)
    {
        var fleet = new SimulatedFleet(cluster, redis, nodes, workers);
        var limit = new ParallelOptions { MaxDegreeOfParallelism = RegistrationsAtOnce, CancellationToken = cancellationToken };
        var seconds = await Timing.SecondsOfAsync(async () =>
        {
            await Parallel.ForEachAsync(fleet._nodes, limit, async (node, cancel) => await cluster.Client.RegisterNodeAsync(new RegisterNodeRequest(node), cancel));
            await Parallel.ForEachAsync(fleet._workers, limit, async (worker, cancel) =>
                await cluster.Client.RegisterWorkerAsync(new RegisterWorkerRequest(worker.Id, worker.Url, [cluster.JobType]), cancel));
        });
        fleet._beating = fleet.BeatAsync();
        return (fleet, (nodes + workers) / seconds);
    }

    /// <summary>Forgets what was measured of beats until now.</summary>
    public void Reset()
    {
        _workerBeats.Clear();
        _nodeBeats.Clear();
    }

    /// <summary>Tells how long beats of workers took, and those of nodes, in milliseconds: half of them, and all but one of a hundred.</summary>
    public (double[] Workers, double[] Nodes) ReadBeats() => (Percentiles(_workerBeats), Percentiles(_nodeBeats));

    /// <summary>Measures how long it takes until an order has reached so many subscribers.</summary>
    public async Task<double> MillisecondsOfOrderAsync(int subscribers, CancellationToken cancellationToken)
    {
        // Redis sends an order to each connection once. Handlers on one connection share it, so each subscriber has its own.
        List<ConnectionMultiplexer> connections = [];
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            for (var i = 0; i < subscribers; i++)
            {
                var connection = await ConnectionMultiplexer.ConnectAsync(_redis.Configuration);
                connections.Add(connection);
                await new RedisWorkerDirectory(connection, new RedisKeySpace()).ListenForOrdersAsync(
                    WorkerId.New(), node: null,
                    () =>
                    {
                        if (Interlocked.Increment(ref _heard) % subscribers == 0)
                        {
                            all.TrySetResult();
                        }
                    },
                    cancellationToken);
            }

            return await Timing.MillisecondsOfAsync(async () =>
            {
                await _cluster.Client.PauseJobTypeAsync(_cluster.JobType, cancellationToken);
                await all.Task.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
            });
        }
        finally
        {
            await _cluster.Client.ResumeJobTypeAsync(_cluster.JobType, cancellationToken);
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _beating;
        _ending.Dispose();
    }

    private static double[] Percentiles(ConcurrentBag<double> beats)
    {
        double[] sorted = [.. beats.Order()];
        return sorted.Length == 0 ? [0, 0] : [sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]];
    }

    private async Task BeatAsync()
    {
        var slices = (int)(BeatInterval / SliceInterval);
        using var timer = new PeriodicTimer(SliceInterval);
        var underWay = new List<Task>();
        try
        {
            for (var slice = 0; await timer.WaitForNextTickAsync(_ending.Token); slice = (slice + 1) % slices)
            {
                underWay.RemoveAll(beat => beat.IsCompleted);
                for (var worker = slice; worker < _workers.Length; worker += slices)
                {
                    underWay.Add(MeasureAsync(_workerBeats, BeatAsync(_workers[worker])));
                }

                for (var node = slice; node < _nodes.Length; node += slices)
                {
                    underWay.Add(MeasureAsync(_nodeBeats, BeatAsync(_nodes[node])));
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(underWay);
        }
    }

    private Task<WorkerOrders> BeatAsync((WorkerId Id, Uri Url, WorkerOrigin Origin) worker) =>
        _directory.BeatAsync(worker.Id, worker.Url, [_cluster.JobType], BeatInterval, worker.Origin, CancellationToken.None);

    private Task<NodeHeartbeatResponse> BeatAsync(Uri node) => _cluster.Client.SendNodeHeartbeatAsync(
        new NodeHeartbeatRequest(node, _workers.Length / _nodes.Length, 100)
        {
            Resources = new NodeCapacity(32, 128L << 30, 4), Reserved = new NodeCapacity(10, 20L << 30, 2),
            Labels = new Dictionary<string, string> { ["os"] = "linux", ["arch"] = "x64", ["zone"] = "hall-3" },
        },
        CancellationToken.None);

    private async Task MeasureAsync(ConcurrentBag<double> beats, Task beat)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await beat;
            beats.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception fault)
        {
            // A beat that is lost is what is looked for, not the end of the measuring.
            _faults.AddOrUpdate(fault.GetType().Name, 1, (_, count) => count + 1);
        }
    }
}
