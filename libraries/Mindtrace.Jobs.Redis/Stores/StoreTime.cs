using System.Globalization;

namespace Mindtrace.Jobs.Redis;

/// <summary>Instants and durations as the scripts count them: in microseconds, since 1970 where they are instants.</summary>
internal static class StoreTime
{
    public static long ToMicroseconds(this TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static long ToMicroseconds(this DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).ToMicroseconds();

    public static DateTimeOffset ToTime(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset ToTime(string microseconds) => ToTime(long.Parse(microseconds, CultureInfo.InvariantCulture));

    public static DateTimeOffset? ToTimeOrNull(string microseconds) => microseconds.Length == 0 ? null : ToTime(microseconds);
}
