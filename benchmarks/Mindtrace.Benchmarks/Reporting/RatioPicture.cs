using ScottPlot;
using ScottPlot.TickGenerators;

namespace Mindtrace.Benchmarks;

/// <summary>Draws how far the cluster is from the limit: a bar for each figure, to the left where the cluster has less and to the right where it has more.</summary>
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
            Position = position, Value = Math.Log2(it.Ratio.Median), Label = $"{it.Ratio.Median:0.00} [{it.Ratio.Min:0.00}-{it.Ratio.Max:0.00}]",
        }).ToArray());
        bars.Horizontal = true;
        plot.Axes.Left.TickGenerator = new NumericManual([.. ratios.Select((_, position) => (double)position)], [.. ratios.Select(it => it.Name)]);
        plot.Axes.Bottom.Label.Text = "cluster / limit, measured in the same run";
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { LabelFormatter = power => $"{Math.Pow(2, power):0.##}", IntegerTicksOnly = true };
        plot.HideGrid();
        plot.SavePng(path, Width, FrameHeight + (BarHeight * ratios.Length));
        return true;
    }
}
