namespace Mindtrace.Benchmarks;

/// <summary>Measures both sides in turn, so that whatever else the machine does falls on both.</summary>
internal sealed class Comparison(IEchoSystem limit, IEchoSystem cluster)
{
    private const int Rounds = 3;
    private const int WarmUpJobs = 1000;

    /// <summary>Runs jobs on both sides until connections are open and the hot code is compiled.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await EchoLoad.RunManyAsync(limit, WarmUpJobs, cancellationToken);
        await EchoLoad.RunManyAsync(cluster, WarmUpJobs, cancellationToken);
        for (var job = 0; job < EchoLoad.Concurrency; job++)
        {
            await limit.RunAsync(cancellationToken);
            await cluster.RunAsync(cancellationToken);
        }
    }

    public async Task<IEnumerable<Measurement>> MeasureAsync(IScenario scenario, CancellationToken cancellationToken)
    {
        var rounds = new List<(IReadOnlyList<double> Limit, IReadOnlyList<double> Cluster)>();
        while (rounds.Count < Rounds)
        {
            var bare = await scenario.RunAsync(limit, cancellationToken);
            rounds.Add((bare, await scenario.RunAsync(cluster, cancellationToken)));
        }

        return scenario.Figures.Select((figure, index) => new Measurement(
            scenario.Name, figure, [.. rounds.Select(round => round.Limit[index])], [.. rounds.Select(round => round.Cluster[index])]));
    }
}
