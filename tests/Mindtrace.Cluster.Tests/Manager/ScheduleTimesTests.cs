using Mindtrace.Jobs;
using Mindtrace.Manager.Scheduling;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>The times of schedules, in their time zones.</summary>
public sealed class ScheduleTimesTests
{
    [Theory]
    [InlineData("2026-01-10T12:00:00Z", "2026-01-11T01:30:00Z")]
    [InlineData("2026-07-10T12:00:00Z", "2026-07-11T00:30:00Z")]

    // The clock goes from 02:00 to 03:00: the run that has no time of its own comes at once after the gap.
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]

    // The clock goes from 03:00 back to 02:00: the time that comes twice runs once.
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void After_HalfPastTwoInBerlin_IsSoInSummerAndInWinter(string time, string next) =>
        Assert.Equal(At(next), Times("30 2 * * *", "Europe/Berlin").After(At(time)));

    [Fact]
    public void After_SixFields_HaveSeconds() =>
        Assert.Equal(At("2026-01-10T12:00:15Z"), Times("*/15 * * * * *", "UTC").After(At("2026-01-10T12:00:00Z")));

    [Fact]
    public void After_TimeThatNeverComes_IsNone() => Assert.Null(Times("0 0 30 2 *", "UTC").After(At("2026-01-10T12:00:00Z")));

    [Theory]
    [InlineData("2026-01-10T14:59:59Z", 3, "12", "13", "14")]
    [InlineData("2026-01-10T15:00:00Z", 2, "14", "15")]
    [InlineData("2026-01-10T09:30:00Z", 3, "09")]
    public void Due_AfterADowntime_AreTheLatest(string now, int most, params string[] hours) => Assert.Equal(
        hours.Select(hour => At($"2026-01-10T{hour}:00:00Z")), Times("0 * * * *", "UTC").Due(At("2026-01-10T09:00:00Z"), At(now), most));

    [Theory]
    [InlineData("30 2 * * *")]
    [InlineData("*/20 * * * *")]
    [InlineData("0 0-4 * * *")]
    [InlineData("15 2,3 * * SUN")]
    public void Due_OverBothChangesOfTheClock_AreTheTimesThatAfterGoesThrough(string cron)
    {
        var times = Times(cron, "Europe/Berlin");
        foreach (var day in (string[])["2026-03-27T00:00:00Z", "2026-10-23T00:00:00Z"])
        {
            var end = At(day).AddDays(5);
            var forwards = new List<DateTimeOffset>();
            for (var time = times.After(At(day)); time <= end; time = times.After(time.Value))
            {
                forwards.Add(time.Value);
            }

            Assert.Equal(forwards, forwards.Distinct().Order());
            Assert.Equal(forwards, times.Due(forwards[0], end, most: 1000));
            Assert.Equal(forwards.TakeLast(3), times.Due(forwards[0], end, most: 3));
        }
    }

    [Theory]
    [InlineData("0 1-3 * * *", "2026-10-24T22:30:00Z", "23:00 00:00 01:00 02:00")]
    [InlineData("30 1,2,3 * * *", "2026-10-24T22:30:00Z", "23:30 00:30 02:30")]
    [InlineData("15 2,3 * * *", "2026-03-28T22:30:00Z", "01:00 01:15")]
    [InlineData("*/30 2-3 * * *", "2026-03-28T22:30:00Z", "01:00 01:30")]
    public void Due_NightWhenTheClockChanges_HoursComeTwiceForIntervalsOnly(string cron, string evening, string times)
    {
        var zoned = Times(cron, "Europe/Berlin");
        Assert.Equal(
            times, string.Join(' ', zoned.Due(zoned.After(At(evening))!.Value, At(evening).AddHours(5), 100).Select(time => $"{time:HH:mm}")));
    }

    [Fact]
    public void Due_TimeThatIsNoneAnyMore_ComesAllTheSame() =>
        Assert.Equal([At("2026-01-10T09:10:00Z")], Times("0 * * * *", "UTC").Due(At("2026-01-10T09:10:00Z"), At("2026-01-10T09:30:00Z"), 3));

    [Fact]
    public void Due_SecondsOfFiveYears_AreNotWalkedThrough() =>
        Assert.Equal(At("2026-01-10T09:00:00Z"), Assert.Single(Times("* * * * * *", "UTC").Due(At("2021-01-10T09:00:00Z"), At("2026-01-10T09:00:00Z"), 1)));

    [Theory]
    [InlineData("America/New_York", "2026-07-01T06:30:00Z")]
    [InlineData("Asia/Kolkata", "2026-06-30T21:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-07-01T16:00:00Z")]
    [InlineData("Etc/UTC", "2026-07-01T02:30:00Z")]
    public void Of_ZonesByTheirIanaNames_AreKnownWithoutCulturalData(string zone, string next) =>
        Assert.Equal(At(next), Times("30 2 * * *", zone).After(At(next).AddHours(-1)));

    [Theory]
    [InlineData("61 * * * *", "UTC", "cron")]
    [InlineData("every day", "UTC", "cron")]
    [InlineData("0 3 * * *", "Mars/Olympus", "time_zone")]
    [InlineData("0 3 * * *", "W. Europe Standard Time", "time_zone")]
    [InlineData("0 3 * * *", "../zoneinfo/UTC", "time_zone")]
    public void Of_WhatIsNone_IsRefusedByName(string cron, string zone, string field) =>
        Assert.Equal(field, Assert.Single(Assert.Throws<InvalidRequestException>(() => Times(cron, zone)).Errors).Key);

    private static ScheduleTimes Times(string cron, string zone) => ScheduleTimes.Of(
        new JobSchedule(ScheduleName.Parse("test"), cron, new Job { SchemaName = JobType.Parse("test"), Payload = JobsJson.EmptyObject }) { TimeZone = zone });

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
