using System.Globalization;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Benchmarks;

/// <summary>One manager with a fleet that grows, most of it simulated: what its mere being there costs, and what becomes slow first.</summary>
internal sealed class FleetScenario : IScenario
{
    private const int Subscribers = 200;
    private const int Looks = 5;
    private const int JobsOneByOne = 100;

    private static readonly (int Nodes, int Workers)[] Sizes = [(10, 100), (100, 1_000), (300, 3_000), (1_000, 10_000)];

    private static readonly WorkerTypeName Unplaceable = WorkerTypeName.Parse("unplaceable");

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    public string Name => "fleet";

    public string Description => "10 to 1,000 simulated nodes and 100 to 10,000 workers that register and beat at one manager: beats, lists, placement, orders, jobs beside them";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var servers = await bench.ServersAsync(cancellationToken);
        List<Measurement> measurements = [];
        foreach (var (nodes, workers) in Sizes)
        {
            await using var redis = await servers.ConnectToRedisAsync();
            await redis.GetServers()[0].FlushDatabaseAsync();
            await using var cluster = await ClusterUnderTest.StartAsync(servers, new ClusterShape(), cancellationToken);
            measurements.AddRange(await MeasureAsync(bench, cluster, nodes, workers, cancellationToken));
        }

        return measurements;
    }

    private async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, ClusterUnderTest cluster, int nodes, int workers, CancellationToken cancellationToken)
    {
        List<Measurement> measurements = [];
        await using var redis = await (await bench.ServersAsync(cancellationToken)).ConnectToRedisAsync();
        var (fleet, registrations) = await SimulatedFleet.StartAsync(cluster, redis, nodes, workers, cancellationToken);
        await using (fleet)
        {
            var needs = new WorkerNeeds { Gpus = 1000 };
            await cluster.Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(Unplaceable, nameof(EchoWorker)) { Needs = needs }, cancellationToken);
            Add("registrations/s", registrations);
            await Task.Delay(Window / 3, cancellationToken);
            fleet.Reset();
            var before = cluster.ReadUse().Sum(use => use.ProcessorTime.TotalSeconds);
            var redisBefore = await cluster.ReadRedisTimeAsync();
            await Task.Delay(Window, cancellationToken);
            Add("manager and worker, % of a core", 100 * (cluster.ReadUse().Sum(use => use.ProcessorTime.TotalSeconds) - before) / Window.TotalSeconds);
            if (await cluster.ReadRedisTimeAsync() - redisBefore is { } time)
            {
                Add("Redis, % of a core", 100 * (time / Window));
            }

            var (workerBeats, nodeBeats) = fleet.ReadBeats();
            Add("worker heartbeat p50 ms", workerBeats[0]);
            Add("worker heartbeat p99 ms", workerBeats[1]);
            Add("node heartbeat p50 ms", nodeBeats[0]);
            Add("node heartbeat p99 ms", nodeBeats[1]);
            Add("list_workers ms", await LookAsync(() => cluster.Client.ListWorkersAsync(cancellationToken)));
            Add("list_nodes ms", await LookAsync(() => cluster.Client.ListNodesAsync(cancellationToken)));
            Add("placement ms", await LookAsync(() => PlaceAsync(cluster, cancellationToken)));
            Add("job p50 ms", (await Timing.PercentilesOfAsync(JobsOneByOne, () => cluster.RunAsync(cancellationToken)))[0]);
            Add($"order to {Subscribers} workers ms", await fleet.MillisecondsOfOrderAsync(Subscribers, cancellationToken));
            Add("lost heartbeats", fleet.Faults.Values.Sum());
        }

        return measurements;

        void Add(string figure, double value) => measurements.Add(new Measurement(
            Name, string.Create(CultureInfo.InvariantCulture, $"{nodes:N0} nodes, {workers:N0} workers: {figure}"), [], [value]));
    }

    /// <summary>Has a place looked for that no node has: all of them are looked at, and nothing is launched.</summary>
    private static async Task PlaceAsync(ClusterUnderTest cluster, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(Unplaceable), cancellationToken);
        }
        catch (OperationException refused) when (refused.ProblemType?.EndsWith("no-node", StringComparison.Ordinal) == true)
        {
            // As it is to be.
        }
    }

    private static async Task<double> LookAsync(Func<Task> look)
    {
        await look();
        List<double> milliseconds = [];
        for (var i = 0; i < Looks; i++)
        {
            milliseconds.Add(await Timing.MillisecondsOfAsync(look));
        }

        return Spread.Of(milliseconds).Median;
    }
}
