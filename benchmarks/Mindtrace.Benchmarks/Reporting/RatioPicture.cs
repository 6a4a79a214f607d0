using ScottPlot;
using ScottPlot.TickGenerators;

namespace Mindtrace.Benchmarks;

/// <summary>Draws how far the cluster is from the limit: a bar for each figure, with the range of its rounds.</summary>
internal static class RatioPicture
{
    private const int Width = 1000;
    private const int BarHeight = 34;
    private const int FrameHeight = 120;

    /// <returns>Whether there was anything to draw.</returns>
    public static bool Save(IEnumerable<Measurement> measurements, string path)
    {
        (string Name, Spread Ratio)[] ratios =
        [
            .. from measurement in measurements.Reverse()
               where measurement.Ratio is not null
               select ($"{measurement.Scenario}: {measurement.Figure}", measurement.Ratio!),
        ];
        if (ratios.Length == 0)
        {
            return false;
        }

        using var plot = new Plot();
        var bars = plot.Add.Bars(ratios.Select((it, position) => new Bar
        {
            Position = position, Value = it.Ratio.Median, Error = (it.Ratio.Max - it.Ratio.Min) / 2, Label = $"{it.Ratio.Median:0.00}",
        }).ToArray());
        bars.Horizontal = true;
        plot.Add.VerticalLine(1, pattern: LinePattern.Dashed);
        plot.Axes.Left.TickGenerator = new NumericManual([.. ratios.Select((_, position) => (double)position)], [.. ratios.Select(it => it.Name)]);
        plot.Axes.Bottom.Label.Text = "cluster / limit, measured in the same run (dashed: equal)";
        plot.HideGrid();
        plot.SavePng(path, Width, FrameHeight + (BarHeight * ratios.Length));
        return true;
    }
}
