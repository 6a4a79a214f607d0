using System.Globalization;
using Mindtrace.Jobs;
using Spectre.Console;

namespace Mindtrace.Cli;

/// <summary>A value in a table, as people read it.</summary>
/// <param name="Text">The value: one line, without control characters.</param>
/// <param name="Style">Its colour.</param>
internal readonly record struct Cell(string Text, Style Style)
{
    public static Cell Of(string? text) => new(Printable((text ?? "").Split('\n', 2)[0]), Style.Plain);

    public static Cell Of(long number) => Of(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A time by the clock of this machine.</summary>
    public static Cell Time(DateTimeOffset? time) => Of(time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    /// <summary>How long ago something was, in one unit.</summary>
    public static Cell Age(DateTimeOffset? since, DateTimeOffset now) => Of((now - since) switch
    {
        null => "",
        { TotalMinutes: < 2 } some => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)some.TotalSeconds)}s"),
        { TotalHours: < 2 } some => string.Create(CultureInfo.InvariantCulture, $"{(int)some.TotalMinutes}m"),
        { TotalDays: < 2 } some => string.Create(CultureInfo.InvariantCulture, $"{(int)some.TotalHours}h"),
        { } long_ => string.Create(CultureInfo.InvariantCulture, $"{(int)long_.TotalDays}d"),
    });

    public static Cell Duration(TimeSpan? duration) => Of(duration switch
    {
        null => "",
        { TotalSeconds: < 10 } short_ => string.Create(CultureInfo.InvariantCulture, $"{short_.TotalSeconds:0.000} s"),
        { TotalMinutes: < 2 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds:0} s"),
        { } other => other.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
    });

    public static Cell State(JobState state) => Of(state.ToString().ToLowerInvariant()) with
    {
        Style = state switch
        {
            JobState.Completed => Color.Green,
            JobState.Running => Color.Blue,
            JobState.Failed or JobState.Error => Color.Red,
            JobState.Cancelled => Color.Yellow,
            _ => Style.Plain,
        },
    };

    /// <summary>A name of an enumeration, in lower case.</summary>
    public static Cell Name<T>(T value)
        where T : struct, Enum => Of(value.ToString().ToLowerInvariant());

    // What jobs and other people write is shown as text: it must not move the cursor or change colours.
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
