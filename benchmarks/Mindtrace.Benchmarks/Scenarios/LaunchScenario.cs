using Mindtrace.Cluster;

namespace Mindtrace.Benchmarks;

/// <summary>How long it takes until a worker is ready.</summary>
internal sealed class LaunchScenario : IScenario
{
    private static readonly WorkerTypeName WorkerType = WorkerTypeName.Parse("benchmark");

    public string Name => "launch";

    public string Description => "A built-in worker until it is ready: its process started by hand (the limit), and launched on a node by way of the manager";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await bench.ServersAsync(cancellationToken), new ClusterShape { Workers = 0, HasNode = true }, cancellationToken);
        await cluster.Client.RegisterWorkerTypeAsync(
            new RegisterWorkerTypeRequest(WorkerType, nameof(EchoWorker)) { JobType = cluster.JobType }, cancellationToken);
        return await Comparison.MeasureAsync(Name, ["seconds"], bench.Settings.Rounds, StartByHandAsync, LaunchAsync);

        async Task<IReadOnlyList<double>> StartByHandAsync() => [await Timing.SecondsOfAsync(() => cluster.StartWorkerAsync(cancellationToken))];

        async Task<IReadOnlyList<double>> LaunchAsync() => [await Timing.SecondsOfAsync(async () =>
        {
            var launch = await cluster.Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(WorkerType), cancellationToken);
            var status = await cluster.Client.WaitForLaunchAsync(launch, cancellationToken);
            if (status.Status != LaunchState.Ready)
            {
                throw new InvalidOperationException($"The launch ended as {status.Status}: {status.Error}");
            }
        })];
    }
}
