namespace Mindtrace.Benchmarks;

/// <summary>Measures both sides in turn, so that whatever else the machine does falls on both.</summary>
internal static class Comparison
{
    /// <param name="scenario">The scenario's name.</param>
    /// <param name="figures">The names of the figures, with their units.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="limit">Runs the limit's side once, and answers a value for each figure.</param>
    /// <param name="cluster">Runs the cluster's.</param>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string scenario, IReadOnlyList<string> figures, int rounds, Func<Task<IReadOnlyList<double>>> limit, Func<Task<IReadOnlyList<double>>> cluster)
    {
        var (bare, ours) = (new List<IReadOnlyList<double>>(), new List<IReadOnlyList<double>>());
        while (bare.Count < rounds)
        {
            bare.Add(await limit());
            ours.Add(await cluster());
        }

        return [.. figures.Select((figure, i) => new Measurement(scenario, figure, [.. bare.Select(round => round[i])], [.. ours.Select(round => round[i])]))];
    }
}
