using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mindtrace.Cli;

/// <summary>
/// A table that fits the terminal without breaking what people copy. Columns come in the order of their importance: where they do not all
/// fit, texts are cut, and then the last columns go. Ids are shown whole or not at all, and the first column always.
/// </summary>
internal sealed class TextTable(params IReadOnlyList<Column> columns) : Renderable
{
    private const int Gap = 2;
    private const int LeastText = 12;

    private readonly List<IReadOnlyList<Cell>> _rows = [];
    private int _leastColumns = 1;

    public void Add(params IReadOnlyList<Cell> cells) => _rows.Add(cells);

    /// <summary>Makes a table without titles of what is known of one thing. A value too long for the terminal is left to it to wrap.</summary>
    public static TextTable OfFacts() => new(Column.Whole(""), Column.Whole("")) { _leastColumns = 2 };

    /// <summary>Adds a fact; none that is empty.</summary>
    public void AddFact(string name, Cell value)
    {
        if (value.Text.Length > 0)
        {
            Add(Cell.Of(name), value);
        }
    }

    public void AddFact(string name, string? value) => AddFact(name, Cell.Of(value));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var widths = Fit(maxWidth);
        if (columns.Any(column => column.Title.Length > 0))
        {
            foreach (var segment in Line([.. columns.Select(column => new Cell(column.Title, new Style(decoration: Decoration.Dim)))], widths))
            {
                yield return segment;
            }
        }

        foreach (var segment in _rows.SelectMany(row => Line(row, widths)))
        {
            yield return segment;
        }
    }

    private static IEnumerable<Segment> Line(IReadOnlyList<Cell> cells, int[] widths)
    {
        var pad = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            var text = cells[i].Text.Length <= widths[i] ? cells[i].Text : cells[i].Text[..(widths[i] - 1)] + "…";
            if (text.Length > 0)
            {
                yield return Segment.Padding(pad);
                yield return new Segment(text, cells[i].Style);
                pad = 0;
            }

            pad += widths[i] - text.Length + Gap;
        }

        yield return Segment.LineBreak;
    }

    /// <summary>Decides which columns are shown, and how wide each is.</summary>
    private int[] Fit(int width)
    {
        int[] natural = [.. columns.Select((column, i) => _rows.Select(row => row[i].Text.Length).Append(column.Title.Length).Max())];
        for (var shown = natural.Length; ; shown--)
        {
            var widths = natural[..shown];
            CutTexts(widths, width);
            if (shown == _leastColumns || Total(widths) <= width)
            {
                return widths;
            }
        }
    }

    /// <summary>Makes columns of texts narrower, the widest first, until all fit or no text would say anything any more.</summary>
    private void CutTexts(int[] widths, int width)
    {
        while (Total(widths) > width)
        {
            var texts = Enumerable.Range(0, widths.Length).Where(i => !columns[i].IsWhole && widths[i] > LeastText).ToList();
            if (texts is [])
            {
                return;
            }

            widths[texts.MaxBy(i => widths[i])]--;
        }
    }

    private static int Total(int[] widths) => widths.Sum() + (Gap * (widths.Length - 1));
}

/// <summary>A column of a table.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="IsWhole">Whether its values are never cut: ids, numbers, states.</param>
internal sealed record Column(string Title, bool IsWhole = false)
{
    /// <summary>Makes a column of texts, which may be cut.</summary>
    public static implicit operator Column(string title) => new(title);

    /// <summary>Makes a column of values that are of no use when they are cut.</summary>
    public static Column Whole(string title) => new(title, IsWhole: true);
}
