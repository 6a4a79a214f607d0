using Mindtrace.Services;

namespace Mindtrace.Benchmarks;

/// <summary>One figure of one scenario, measured in several rounds on both sides.</summary>
internal sealed record Measurement(string Scenario, string Figure, IReadOnlyList<double> LimitRounds, IReadOnlyList<double> ClusterRounds)
{
    public Spread Limit => Spread.Of(LimitRounds);

    public Spread Cluster => Spread.Of(ClusterRounds);

    /// <summary>Gets the cluster's value over that of the limit. Each round is compared with itself: rounds differ more than sides do.</summary>
    public Spread Ratio => Spread.Of(LimitRounds.Zip(ClusterRounds, (limit, cluster) => cluster / limit));
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

/// <summary>How much memory a process holds.</summary>
internal sealed record ProcessMemory(string Process, long ResidentBytes)
{
    public static ProcessMemory OfThisProcess => new("this process", Environment.WorkingSet);

    public static ProcessMemory Of(ServiceProcess service)
    {
        using var process = System.Diagnostics.Process.GetProcessById(service.ProcessId);
        return new ProcessMemory(service.Name, process.WorkingSet64);
    }
}
