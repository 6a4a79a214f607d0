using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mindtrace.Dashboard.Parts;

/// <summary>How numbers, times and texts are written on the pages.</summary>
internal static partial class Formats
{
    private const int CommitDigits = 10;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a number in up to four characters: 999, 1.2k, 34k, 5.6M.</summary>
    public static string Short(double number) => number switch
    {
        >= 999_500_000 => Scaled(number / 1e9, "G"),
        >= 999_500 => Scaled(number / 1e6, "M"),
        >= 9_995 => Scaled(number / 1e3, "k"),
        >= 10 => number.ToString("#,0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.#", CultureInfo.InvariantCulture),
    };

    /// <summary>Writes a duration in its largest fitting unit: 8 ms, 1.4 s, 3 min, 2 h, 5 d.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 0.0005 => "0 ms",
        < 0.9995 => Number(duration.TotalMilliseconds, "0", "ms"),
        < 9.95 => Number(duration.TotalSeconds, "0.0", "s"),
        _ => Coarse(duration),
    };

    /// <summary>Writes an instant as seen from now: 3 s ago, in 2 h.</summary>
    public static string Relative(DateTimeOffset time, DateTimeOffset now) =>
        time <= now
            ? now - time < TimeSpan.FromSeconds(1) ? "now" : $"{Coarse(now - time)} ago"
            : $"in {Coarse(time - now)}";

    /// <summary>Writes an instant exactly.</summary>
    public static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Writes a version with as much of the commit behind it as tells commits apart.</summary>
    public static string Version(string version) =>
        version.Split('+', 2) is [var number, { Length: > CommitDigits } commit] ? $"{number}+{commit[..CommitDigits]}" : version;

    /// <summary>Takes out what would colour a line on a terminal.</summary>
    public static string WithoutColours(string line) => line.Contains('\e', StringComparison.Ordinal) ? TerminalCode.Replace(line, "") : line;

    [GeneratedRegex(@"\e\[[0-?]*[ -/]*[@-~]")]
    private static partial Regex TerminalCode { get; }

    public static string Json(JsonElement json) => JsonSerializer.Serialize(json, Readable);

    /// <summary>Takes the first line of a text.</summary>
    public static string FirstLine(string? text) => text?.Trim().Split('\n', 2)[0].TrimEnd() ?? "";

    private static string Number(double value, string format, string unit) => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";

    // A clock that counts tenths of seconds is restless.
    private static string Coarse(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 99.5 => Number(duration.TotalSeconds, "0", "s"),
        < 5_400 => Number(duration.TotalMinutes, "0", "min"),
        < 172_800 => Number(duration.TotalHours, "0", "h"),
        _ => Number(duration.TotalDays, "0", "d"),
    };

    private static string Scaled(double number, string unit) => number.ToString(number < 9.95 ? "0.#" : "0", CultureInfo.InvariantCulture) + unit;
}
