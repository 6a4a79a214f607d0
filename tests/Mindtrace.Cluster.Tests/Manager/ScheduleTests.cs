using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Recurring jobs through managers.</summary>
public sealed class ScheduleTests(ClusterFixture fixture)
{
    private const string EverySecond = "* * * * * *";
    private const string NewYear = "0 0 1 1 *";

    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("recurring");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EverySecond_WithThreeManagers_RunsOnceEach()
    {
        var space = new RedisKeySpace($"schedules-{Guid.NewGuid():N}");
        await using var first = StartManager(space);
        await using var second = StartManager(space);
        await using var third = StartManager(space);
        var code = new GatedWorker();
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, code, space);
        await first.Cluster.RegisterJobToWorkerAsync(_type.Type, worker.Url, Cancel);

        var set = await first.Cluster.ScheduleJobAsync(Schedule("second", EverySecond), Cancel);
        for (var run = 0; run < 4; run++)
        {
            (await code.NextRunAsync()).Complete();
        }

        await second.Cluster.UnscheduleJobAsync(set.Schedule.Name, Cancel);

        // What it submitted before its end may still run.
        var jobs = (await third.Cluster.ListJobsAsync(new ListJobsRequest(), Cancel)).Jobs;
        for (var run = 4; run < jobs.Count; run++)
        {
            (await code.NextRunAsync()).Complete();
        }

        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Completed, (await third.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
        }

        var ids = jobs.Select(job => job.JobId.Value).Order(StringComparer.Ordinal).ToList();
        Assert.Equal($"second:{set.NextAt:yyyyMMdd'T'HHmmss'Z'}", ids[0]);
        Assert.Equal(jobs.Count, code.Runs);
        Assert.Empty(await third.Cluster.ListSchedulesAsync(Cancel));
    }

    [Fact]
    public async Task Downtime_RunsAreMissed_TheLatestAreMade()
    {
        await using var manager = StartManager(new RedisKeySpace($"schedules-{Guid.NewGuid():N}"));
        await manager.Cluster.RegisterJobTypeAsync(_type.Define(), Cancel);
        var store = manager.Services.GetRequiredService<IScheduleStore>();
        var (_, now) = await store.ListDueSchedulesAsync(Cancel);
        var thisYear = new DateTimeOffset(now.Year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var missed = Schedule("missed", NewYear) with { CatchUp = 3 };
        await store.SaveScheduleAsync(missed, thisYear.AddYears(-9), Cancel);
        await store.SaveScheduleAsync(Schedule("default", NewYear), thisYear.AddYears(-9), Cancel);

        foreach (var years in (int[])[0, -1, -2])
        {
            await ExistsAsync(manager, missed.JobIdAt(thisYear.AddYears(years))).InTime();
        }

        await ExistsAsync(manager, Schedule("default", NewYear).JobIdAt(thisYear)).InTime();
        Assert.Equal(4, (await manager.Cluster.ListJobsAsync(new ListJobsRequest(), Cancel)).Jobs.Count);
        var status = (await manager.Cluster.ListSchedulesAsync(Cancel)).Single(it => it.Schedule.Name == missed.Name);
        Assert.Equal(
            (thisYear.AddYears(1), thisYear, (JobId?)missed.JobIdAt(thisYear)), (status.NextAt!.Value, status.LastAt!.Value, status.LastJobId));
    }

    [Fact]
    public async Task SetAgain_WithTheSameTimes_KeepsTheRunThatIsDue()
    {
        await using var manager = ManagerProgram.Start(
            fixture.Redis, new RedisKeySpace($"schedules-{Guid.NewGuid():N}"), ("Schedules:LookInterval", "00:01:00"));
        var store = manager.Services.GetRequiredService<IScheduleStore>();
        var due = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await store.SaveScheduleAsync(Schedule("again", NewYear), due, Cancel);

        var same = await manager.Cluster.ScheduleJobAsync(Schedule("again", NewYear) with { CatchUp = 7 }, Cancel);
        Assert.Equal((due, 7), (same.NextAt!.Value, same.Schedule.CatchUp));
        var other = await manager.Cluster.ScheduleJobAsync(Schedule("again", "0 0 2 1 *"), Cancel);
        Assert.True(other.NextAt > due.AddYears(1));
    }

    [Fact]
    public async Task Schedule_NotValid_IsRefusedByName()
    {
        await RefusedAsync("cron", Schedule("bad", "0 0 * *"));
        await RefusedAsync("cron", Schedule("bad", "0 0 30 2 *"));
        await RefusedAsync("cron", Schedule("bad", ""));
        await RefusedAsync("time_zone", Schedule("bad", NewYear) with { TimeZone = "Nowhere" });
        await RefusedAsync("time_zone", Schedule("bad", NewYear) with { TimeZone = "" });
        await RefusedAsync("catch_up", Schedule("bad", NewYear) with { CatchUp = 0 });
        await RefusedAsync("job.priority", Schedule("bad", NewYear) with { Job = Schedule("bad", NewYear).Job with { Priority = 256 } });
        await fixture.Cluster.RegisterJobTypeAsync(_type.Define(), Cancel);
        await RefusedAsync("job.payload", Schedule("bad", NewYear) with { Job = Schedule("bad", NewYear).Job with { Payload = JobsJson.EmptyObject } });
        var unknown = await Assert.ThrowsAsync<OperationException>(() => fixture.Cluster.UnscheduleJobAsync(ScheduleName.Parse("nobody"), Cancel));
        Assert.Equal((404, ProblemTypes.Prefix + "schedule-not-found"), (unknown.Status, unknown.ProblemType));

        async Task RefusedAsync(string field, JobSchedule schedule)
        {
            var refused = await Assert.ThrowsAsync<OperationException>(() => fixture.Cluster.ScheduleJobAsync(schedule, Cancel));
            Assert.Equal((422, field), (refused.Status, Assert.Single(refused.Errors).Key));
        }
    }

    [Fact]
    public async Task Zone_OnAMachineWithoutTimeZoneData_IsRefusedWithWhatToDo()
    {
        var none = Directory.CreateTempSubdirectory("mindtrace-test-no-zones-");
        await using (var manager = await ServiceProcess.LaunchAsync(ManagerLaunch.On(fixture.Redis, settings: ("TZDIR", none.FullName)), Cancel))
        {
            var refused = await Assert.ThrowsAsync<OperationException>(() => new ClusterClient(manager.Client).ScheduleJobAsync(
                Schedule("no-zones", NewYear) with { TimeZone = "Europe/Berlin" }, Cancel));
            Assert.Equal(422, refused.Status);
            Assert.Contains("tzdata", Assert.Single(refused.Errors["time_zone"]), StringComparison.Ordinal);
        }

        none.Delete();
    }

    [Fact]
    public async Task Wire_OnlyWhatMustBeSaid_HasTheDefaults()
    {
        await using var manager = StartManager(new RedisKeySpace($"schedules-{Guid.NewGuid():N}"));
        using var client = manager.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", ManagerProgram.ApiKey);
        using var body = new StringContent(
            """{"name":"wire","cron":"0 0 1 1 *","job":{"schema_name":"a","payload":{"n":9007199254740993}}}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("schedule_job", UriKind.Relative), body, Cancel);
        var status = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));

        Assert.Equal(["schedule", "next_at", "last_at", "last_job_id"], status.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, status.GetProperty("last_at").ValueKind);
        Assert.EndsWith("-01-01T00:00:00+00:00", status.GetProperty("next_at").GetString(), StringComparison.Ordinal);
        var schedule = status.GetProperty("schedule");
        Assert.Equal(("UTC", 1), (schedule.GetProperty("time_zone").GetString(), schedule.GetProperty("catch_up").GetInt32()));
        Assert.Equal("""{"n":9007199254740993}""", schedule.GetProperty("job").GetProperty("payload").GetRawText());
    }

    [Fact]
    public async Task ClearDatabases_ForgetsTheSchedules()
    {
        await using var manager = StartManager(new RedisKeySpace($"schedules-{Guid.NewGuid():N}"));
        await manager.Cluster.ScheduleJobAsync(Schedule("cleared", NewYear), Cancel);
        Assert.Single(await manager.Cluster.ListSchedulesAsync(Cancel));
        await manager.Cluster.ClearDatabasesAsync(Cancel);
        Assert.Empty(await manager.Cluster.ListSchedulesAsync(Cancel));
    }

    /// <summary>Waits until a job is there. Nobody tells, so this asks.</summary>
    private static async Task ExistsAsync(ManagerProgram manager, JobId id)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                await manager.Cluster.GetJobStatusAsync(id, Cancel);
                return;
            }
            catch (OperationException fault) when (fault.Status == 404)
            {
                await look.WaitForNextTickAsync(Cancel);
            }
        }
    }

    private ManagerProgram StartManager(RedisKeySpace space) =>
        ManagerProgram.Start(fixture.Redis, space, ("Schedules:LookInterval", "00:00:00.1"));

    private JobSchedule Schedule(string name, string cron) =>
        new(ScheduleName.Parse(name), cron, _type.CreateJob(new EchoInput { Message = name }));
}
