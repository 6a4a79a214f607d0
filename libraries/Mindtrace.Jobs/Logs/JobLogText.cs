using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mindtrace.Jobs;

/// <summary>Lines of a log as they are kept, a text that people can read: <c>1 stdout 2026-01-02T03:04:05.0000000Z the line</c>.</summary>
public static class JobLogText
{
    private const int MaxLineChars = 16 * 1024;
    private const byte LineEnd = (byte)'\n';

    private static readonly (JobLogStream Stream, string Name)[] Streams =
        [(JobLogStream.Stdout, "stdout"), (JobLogStream.Stderr, "stderr"), (JobLogStream.Environment, "environment")];

    /// <summary>Makes lines of what was printed at once: one for each line break, and more of those that are longer than 16,384 characters.</summary>
    /// <param name="text">What was printed.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n').SelectMany(line => Cut(line.TrimEnd('\r')));
    }

    /// <summary>Writes a line.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="attempt">The attempt that wrote it.</param>
    /// <param name="stream">Where it was written.</param>
    /// <param name="at">When.</param>
    /// <param name="line">The line; it holds no line break.</param>
    public static void Write(IBufferWriter<byte> text, int attempt, JobLogStream stream, DateTimeOffset at, string line)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = Array.Find(Streams, it => it.Stream == stream).Name;
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{attempt} {name} {at.UtcDateTime:O} {line}\n"), text);
    }

    /// <summary>Reads the lines of a text.</summary>
    /// <param name="text">What <see cref="Write"/> wrote.</param>
    /// <param name="first">The number of its first line.</param>
    /// <returns>The lines, the first of them first.</returns>
    public static IReadOnlyList<JobLogLine> Read(ReadOnlyMemory<byte> text, long first)
    {
        var lines = new List<JobLogLine>();
        var rest = text.Span;
        while (rest.IndexOf(LineEnd) is >= 0 and var end)
        {
            var parts = Encoding.UTF8.GetString(rest[..end]).Split(' ', 4);
            lines.Add(new JobLogLine(
                first + lines.Count, int.Parse(parts[0], CultureInfo.InvariantCulture), Array.Find(Streams, it => it.Name == parts[1]).Stream,
                DateTimeOffset.Parse(parts[2], CultureInfo.InvariantCulture), parts[3]));
            rest = rest[(end + 1)..];
        }

        return lines;
    }

    private static IEnumerable<string> Cut(string rest)
    {
        do
        {
            var length = Math.Min(rest.Length, MaxLineChars);
            if (length < rest.Length && char.IsHighSurrogate(rest[length - 1]))
            {
                length--;
            }

            yield return rest[..length];
            rest = rest[length..];
        }
        while (rest.Length > 0);
    }
}
