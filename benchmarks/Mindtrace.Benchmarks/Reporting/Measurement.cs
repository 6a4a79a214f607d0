namespace Mindtrace.Benchmarks;

/// <summary>One figure of one scenario, measured in several rounds on both sides.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Figure">What was measured, with its unit.</param>
/// <param name="LimitRounds">What was measured of the limit; nothing when there is none to compare with.</param>
/// <param name="ClusterRounds">What was measured of the cluster in the same rounds.</param>
internal sealed record Measurement(string Scenario, string Figure, IReadOnlyList<double> LimitRounds, IReadOnlyList<double> ClusterRounds)
{
    public Spread? Limit => LimitRounds.Count == 0 ? null : Spread.Of(LimitRounds);

    public Spread Cluster => Spread.Of(ClusterRounds);

    /// <summary>Gets the cluster's value over that of the limit. Each round is compared with itself: rounds differ more than sides do.</summary>
    public Spread? Ratio => LimitRounds.Count == 0 ? null : Spread.Of(LimitRounds.Zip(ClusterRounds, (limit, cluster) => cluster / limit));
}

/// <summary>The median of some values, and their range.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }
}
