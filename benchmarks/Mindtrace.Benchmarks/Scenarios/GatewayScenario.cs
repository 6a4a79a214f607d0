using Mindtrace.Cluster;

namespace Mindtrace.Benchmarks;

/// <summary>What the manager's gateway adds to a call.</summary>
internal sealed class GatewayScenario : IScenario
{
    private const int Calls = 1000;
    private const string App = "benchmark";
    private const string Path = "alive";

    public string Name => "gateway";

    public string Description => $"{Calls} calls of an app, one at a time: to its own address (the limit), and by way of the gateway";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var cluster = await bench.ClusterAsync(cancellationToken);
        var direct = new Uri(cluster.Worker.Url, Path);
        await cluster.Client.RegisterAppAsync(AppName.Parse(App), cluster.Worker.Url, cancellationToken);
        var behind = new Uri(cluster.Client.Url, $"{App}/{Path}");
        using var http = cluster.CreateHttpClient();
        await CallAsync(behind);
        return await Comparison.MeasureAsync(Name, Timing.Percentiles, bench.Settings.Rounds, () => CallAsync(direct), () => CallAsync(behind));

        Task<IReadOnlyList<double>> CallAsync(Uri url) => Timing.PercentilesOfAsync(Calls, () => http.GetStringAsync(url, cancellationToken));
    }
}
