using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Mindtrace.Benchmarks;

/// <summary>What one run found, for readers and for programs.</summary>
internal sealed record Report(string Servers, IReadOnlyList<Measurement> Measurements, IReadOnlyList<ProcessMemory> Memory)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public DateTimeOffset MeasuredAt { get; } = TimeProvider.System.GetUtcNow();

    public int Processors { get; } = Environment.ProcessorCount;

    public void Print(TextWriter output)
    {
        output.WriteLine($"{Servers}; {Processors} processors; median [range] of the rounds");
        output.WriteLine($"{"scenario",-12}{"figure",-8}{"bare limit",26}{"cluster",26}{"cluster / limit",22}");
        foreach (var measurement in Measurements)
        {
            output.WriteLine($"{measurement.Scenario,-12}{measurement.Figure,-8}" +
                $"{Text(measurement.Limit, "N1"),26}{Text(measurement.Cluster, "N1"),26}{Text(measurement.Ratio, "N3"),22}");
        }

        foreach (var process in Memory)
        {
            output.WriteLine($"{process.Process,-24}{process.ResidentBytes / (1 << 20),6} MiB");
        }
    }

    /// <summary>Writes the report as JSON.</summary>
    /// <returns>The path of the file.</returns>
    public string Save()
    {
        var folder = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "Results").Value!;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{MeasuredAt:yyyyMMdd-HHmmss}.local.json");
        File.WriteAllText(path, JsonSerializer.Serialize(this, Json));
        return path;
    }

    private static string Text(Spread spread, string format)
    {
        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Number(spread.Median)} [{Number(spread.Min)}-{Number(spread.Max)}]";
    }
}
