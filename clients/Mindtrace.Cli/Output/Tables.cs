using System.Globalization;
using Mindtrace.Jobs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mindtrace.Cli;

/// <summary>Tables and their cells.</summary>
internal static class Tables
{
    public static Table Create(params IReadOnlyList<string> columns)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Markup($"[dim]{Markup.Escape(column)}[/]")).PadRight(2).NoWrap());
        }

        return table;
    }

    public static void Add(this Table table, params IReadOnlyList<IRenderable> cells) => table.AddRow(cells);

    public static Text Text(string? text) => new(text ?? "");

    public static Text Text(int number) => new(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A time by the clock of this machine.</summary>
    public static Text Time(DateTimeOffset? time) =>
        new(time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "");

    public static Text Duration(TimeSpan? duration) => new(duration switch
    {
        null => "",
        { TotalSeconds: < 10 } short_ => string.Create(CultureInfo.InvariantCulture, $"{short_.TotalSeconds:0.000} s"),
        { TotalMinutes: < 2 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds:0} s"),
        { } other => other.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
    });

    public static Text State(JobState state) => new(state.ToString().ToLowerInvariant(), state switch
    {
        JobState.Completed => Color.Green,
        JobState.Running => Color.Blue,
        JobState.Failed or JobState.Error => Color.Red,
        JobState.Cancelled => Color.Yellow,
        _ => Style.Plain,
    });

    /// <summary>The first line of a text, cut to what a table can hold.</summary>
    public static Text FirstLine(string? text, int length = 60)
    {
        var line = (text ?? "").Split('\n', 2)[0];
        return new Text(line.Length > length ? line[..length] + "…" : line);
    }
}
