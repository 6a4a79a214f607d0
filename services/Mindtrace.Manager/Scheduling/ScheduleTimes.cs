using Cronos;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scheduling;

/// <summary>The times of a schedule. In its own time zone: 02:30 is 02:30 in summer and in winter.</summary>
internal sealed class ScheduleTimes
{
    private const int FieldsWithSeconds = 6;

    private static readonly TimeSpan ShortestStretch = TimeSpan.FromMinutes(1);

    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;

    private ScheduleTimes(CronExpression cron, TimeZoneInfo zone) => (_cron, _zone) = (cron, zone);

    /// <exception cref="InvalidRequestException">The expression or the time zone is none.</exception>
    public static ScheduleTimes Of(JobSchedule schedule)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var zone) || !zone.HasIanaId)
        {
            throw new InvalidRequestException("time_zone", TimeZoneInfo.GetSystemTimeZones().Count > 1
                ? $"is no IANA time zone: '{schedule.TimeZone}'; such as UTC or Europe/Berlin"
                : $"is not known: the manager's machine has no time zone data, so it knows UTC only; install tzdata there to use '{schedule.TimeZone}'");
        }

        var fields = schedule.Cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        try
        {
            var format = fields == FieldsWithSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard;
            return new ScheduleTimes(CronExpression.Parse(schedule.Cron, format), zone);
        }
        catch (Exception fault) when (fault is CronFormatException or MissingSeedException)
        {
            throw new InvalidRequestException("cron", $"is no cron expression of five or six fields: {fault.Message}");
        }
    }

    /// <returns>The first time after another; none when there is none.</returns>
    public DateTimeOffset? After(DateTimeOffset time) => _cron.GetNextOccurrence(time, _zone)?.ToUniversalTime();

    /// <summary>Lists the times that have come, the latest of them only.</summary>
    /// <param name="first">The first one that may be listed, which has come.</param>
    /// <param name="now">The time.</param>
    /// <param name="most">How many to list at most.</param>
    /// <returns>The times, in order.</returns>
    /// <remarks>
    /// The seconds of a year are not walked through to find the last of them: this looks at ever longer stretches before now. Cronos could go
    /// backwards, but does not come through the same times then where a clock is put forward.
    /// </remarks>
    public IReadOnlyList<DateTimeOffset> Due(DateTimeOffset first, DateTimeOffset now, int most)
    {
        // Times are whole seconds. Asked from a time on, Cronos omits that time itself if it stands in for one that the clock jumped over.
        var before = first.AddSeconds(-1);
        for (var stretch = ShortestStretch; ; stretch *= 2)
        {
            var after = now - before > stretch ? now - stretch : before;
            var due = _cron.GetOccurrences(after, now, _zone, fromInclusive: false, toInclusive: true)
                .Select(time => time.ToUniversalTime()).TakeLast(most).ToList();
            if (due.Count == most || after == before)
            {
                // A change of the zone's rules may have made of the time that was waited for one that is none.
                return due.Count > 0 ? due : [first];
            }
        }
    }
}
