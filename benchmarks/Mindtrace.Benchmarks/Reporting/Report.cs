using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Spectre.Console;

namespace Mindtrace.Benchmarks;

/// <summary>What one run found, for readers and for programs.</summary>
/// <param name="Servers">The servers; none when nothing needed any.</param>
/// <param name="Measurements">The figures.</param>
/// <param name="Processes">What the processes held in the end.</param>
internal sealed record Report(string? Servers, IReadOnlyList<Measurement> Measurements, IReadOnlyList<ProcessUse> Processes)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public DateTimeOffset MeasuredAt { get; } = TimeProvider.System.GetUtcNow();

    public int Processors { get; } = Environment.ProcessorCount;

    public void Print(IAnsiConsole console)
    {
        var title = $"{(Servers is null ? "" : Servers + "; ")}{Processors} processors; median [[range]] of the rounds";
        var figures = new Table().Title(title).AddColumns("scenario", "figure", "limit", "cluster", "cluster / limit").SimpleBorder();
        foreach (var measurement in Measurements)
        {
            figures.AddRow(
                measurement.Scenario, measurement.Figure, Text(measurement.Limit, "N1"), Text(measurement.Cluster, "N1"), Text(measurement.Ratio, "N3"));
        }

        console.Write(figures);
        var processes = new Table().AddColumns("process", "resident MiB", "of its own", "processor s").SimpleBorder();
        foreach (var process in Processes)
        {
            processes.AddRow(
                process.Process, MiB(process.ResidentBytes), MiB(process.OwnBytes),
                process.ProcessorTime.TotalSeconds.ToString("N1", CultureInfo.InvariantCulture));
        }

        console.Write(processes);

        static string MiB(long? bytes) => (bytes >> 20)?.ToString(CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Writes the report as JSON, and as a picture of the ratios when there are any.</summary>
    /// <returns>The paths of the files.</returns>
    public IReadOnlyList<string> Save()
    {
        var folder = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "Results").Value!;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{MeasuredAt:yyyyMMdd-HHmmss}.local");
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(this, Json));
        return RatioPicture.Save(Measurements, path + ".png") ? [path + ".json", path + ".png"] : [path + ".json"];
    }

    private static string Text(Spread? spread, string format)
    {
        return spread switch
        {
            null => "",
            { Min: var min, Max: var max } when min == max => Number(min),
            _ => $"{Number(spread.Median)} [[{Number(spread.Min)}-{Number(spread.Max)}]]",
        };

        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
