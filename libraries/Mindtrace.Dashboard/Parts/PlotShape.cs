using System.Globalization;
using System.Text;

namespace Mindtrace.Dashboard.Parts;

/// <summary>A row of values over time.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Kind">Which colour they have: a class of the style sheet.</param>
/// <param name="Values">The values, the oldest first; none where nothing is known.</param>
/// <param name="IsFilled">Whether the area below the line is coloured.</param>
public sealed record PlotSeries(string Name, string Kind, IReadOnlyList<double?> Values, bool IsFilled = false);

/// <summary>The shapes of a plot, as paths of SVG.</summary>
internal static class PlotShape
{
    public const int Width = 480;
    public const int Height = 96;

    private static readonly int[] Steps = [1, 2, 5, 10];

    public static string Grid { get; } = $"M0 {Height / 2}H{Width}M0 {Height}H{Width}";

    /// <summary>Finds the upper end of the scale: the next 1, 2 or 5 with zeros above all values, or zero when there is none.</summary>
    public static double TopOf(IReadOnlyList<PlotSeries> lines, IReadOnlyList<PlotSeries> bars)
    {
        var highest = lines.SelectMany(line => line.Values).Max() ?? 0;
        if (bars.Count > 0)
        {
            highest = Math.Max(highest, Enumerable.Range(0, bars[0].Values.Count).Max(i => bars.Sum(bar => bar.Values[i] ?? 0)));
        }

        if (highest <= 0)
        {
            return 0;
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return Steps.Select(step => step * unit).First(top => top >= highest * 0.999);
    }

    /// <summary>Draws a line, broken where nothing is known.</summary>
    public static string Line(IReadOnlyList<double?> values, double top)
    {
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value)
            {
                // A value between two gaps is a dot.
                var isAlone = !isDown && (i + 1 == values.Count || values[i + 1] is null);
                path.Append(isDown ? 'L' : 'M').Append(Point(i, value, values.Count, top)).Append(isAlone ? "h0.1" : "");
            }

            isDown = values[i] is not null;
        }

        return path.ToString();
    }

    /// <summary>Draws the area below a line.</summary>
    public static string Area(IReadOnlyList<double?> values, double top)
    {
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is null)
            {
                continue;
            }

            var begins = i == 0 || values[i - 1] is null;
            path.Append(begins ? $"M{Number(X(i, values.Count))} {Height}L" : "L").Append(Point(i, values[i]!.Value, values.Count, top));
            if (i + 1 == values.Count || values[i + 1] is null)
            {
                path.Append(CultureInfo.InvariantCulture, $"V{Height}Z");
            }
        }

        return path.ToString();
    }

    /// <summary>Draws bars, those of one series upon those of the series before.</summary>
    public static IEnumerable<(string Kind, string Path)> Bars(IReadOnlyList<PlotSeries> bars, double top)
    {
        if (bars.Count == 0 || top <= 0)
        {
            yield break;
        }

        var count = bars[0].Values.Count;
        var (feet, width) = (new double[count], (double)Width / count);
        foreach (var bar in bars)
        {
            var path = new StringBuilder();
            for (var i = 0; i < count; i++)
            {
                if (bar.Values[i] is { } value and > 0)
                {
                    var (from, to) = (Y(feet[i], top), Y(feet[i] += value, top));
                    path.Append(CultureInfo.InvariantCulture, $"M{Number(i * width)} {Number(from)}V{Number(to)}h{Number(width - 1)}V{Number(from)}Z");
                }
            }

            yield return (bar.Kind, path.ToString());
        }
    }

    private static string Point(int i, double value, int count, double top) => $"{Number(X(i, count))} {Number(Y(value, top))}";

    private static double X(int i, int count) => count < 2 ? 0 : (double)i * Width / (count - 1);

    // Two below the edge, where a line would be cut in half.
    private static double Y(double value, double top) => top <= 0 ? Height - 1 : Height - 1 - (value / top * (Height - 3));

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
