using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs;
using Mindtrace.Manager.Dispatching;
using Mindtrace.Manager.Endpoints;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Scheduling;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Runners of schedules on a clock of the test's. Their job types have no route, so nothing is published.</summary>
public sealed class ScheduleRunnerTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 10, 24, 20, 0, 0, TimeSpan.Zero));
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("recurring");
    private readonly ClusterFixture _fixture;
    private readonly InMemoryJobStore _store;
    private readonly ScheduleRunner _runner;

    public ScheduleRunnerTests(ClusterFixture fixture)
    {
        (_fixture, _store) = (fixture, new InMemoryJobStore(_clock));
        _runner = Runner();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_ThreeRunners_HalfPastEachHourOfTheNightWhenTheClockGoesBack_RunsOnce()
    {
        ScheduleRunner[] runners = [_runner, Runner(), Runner()];
        await SaveAsync(Schedule("hourly", "30 * * * *") with { TimeZone = "Europe/Berlin" });
        var start = _clock.GetUtcNow();
        for (var look = 1; look <= 24; look++)
        {
            _clock.Advance(TimeSpan.FromMinutes(30));
            var submitted = await Task.WhenAll(runners.Select(runner => Task.Run(() => runner.LookAsync(Cancel), Cancel)));
            Assert.Equal(look % 2, submitted.Sum());
        }

        Assert.Equal(
            Enumerable.Range(0, 12).Select(hour => Schedule("hourly", "").JobIdAt(start.AddHours(hour).AddMinutes(30)).Value),
            (await JobsAsync()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1, "20261025T120000Z")]
    [InlineData(3, "20261025T100000Z", "20261025T110000Z", "20261025T120000Z")]
    [InlineData(100, "20261025T090000Z", "20261025T100000Z", "20261025T110000Z", "20261025T120000Z")]
    public async Task Look_AfterADowntime_MakesTheLatestMissedRuns_AndThenWaitsForTheNext(int catchUp, params string[] runs)
    {
        _clock.SetUtcNow(new DateTimeOffset(2026, 10, 25, 8, 30, 0, TimeSpan.Zero));
        await SaveAsync(Schedule("missed", "0 * * * *") with { CatchUp = catchUp });
        _clock.Advance(TimeSpan.FromHours(4));

        Assert.Equal(runs.Length, await _runner.LookAsync(Cancel));
        Assert.Equal(0, await _runner.LookAsync(Cancel));
        Assert.Equal(runs.Select(run => $"missed:{run}"), (await JobsAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(30), (await _store.FindScheduleAsync(ScheduleName.Parse("missed"), Cancel))!.NextAt);
    }

    [Fact]
    public async Task Look_ZoneThatThisMachineDoesNotKnow_StaysDueForAnotherAndHoldsUpNothing()
    {
        var due = _clock.GetUtcNow();
        await _store.SaveScheduleAsync(Schedule("elsewhere", "0 * * * *") with { TimeZone = "Mars/Olympus" }, due, Cancel);
        await _store.SaveScheduleAsync(Schedule("here", "0 * * * *"), due, Cancel);

        Assert.Equal(1, await _runner.LookAsync(Cancel));
        Assert.Equal([Schedule("here", "").JobIdAt(due).Value], await JobsAsync());
        Assert.Equal(due, (await _store.FindScheduleAsync(ScheduleName.Parse("elsewhere"), Cancel))!.NextAt);
    }

    [Fact]
    public async Task Look_PayloadThatItsTypeNoLongerTakes_SkipsTheRun()
    {
        await _fixture.Cluster.RegisterJobTypeAsync(_type.Define(), Cancel);
        var due = _clock.GetUtcNow();
        var schedule = Schedule("broken", "0 * * * *");
        await _store.SaveScheduleAsync(schedule with { Job = schedule.Job with { Payload = JobsJson.EmptyObject } }, due, Cancel);

        Assert.Equal(0, await _runner.LookAsync(Cancel));
        Assert.Empty(await JobsAsync());
        var known = (await _store.FindScheduleAsync(schedule.Name, Cancel))!;
        Assert.Equal((due.AddHours(1), due), (known.NextAt!.Value, known.LastAt!.Value));
    }

    [Fact]
    public async Task Look_RunsThatAreDueTogether_BeginATraceOfTheirOwn()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobsTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.OperationName == $"schedule {_type.Type}")
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await _store.SaveScheduleAsync(Schedule("traced", "0 * * * *") with { CatchUp = 2 }, _clock.GetUtcNow(), Cancel);
        _clock.Advance(TimeSpan.FromHours(1));
        Activity.Current = null;
        await _runner.LookAsync(Cancel);

        var span = Assert.Single(spans);
        var jobs = (await _store.ListAsync(new JobFilter(), Cancel)).Records;
        Assert.Equal([span.Id, span.Id], jobs.Select(record => record.Job.Traceparent));
        Assert.Null(span.ParentId);
    }

    private async Task SaveAsync(JobSchedule schedule) =>
        await _store.SaveScheduleAsync(schedule, ScheduleTimes.Of(schedule).After(_clock.GetUtcNow())!.Value, Cancel);

    private async Task<IEnumerable<string>> JobsAsync() =>
        (await _store.ListAsync(new JobFilter(), Cancel)).Records.Select(record => record.Job.Id.Value);

    private JobSchedule Schedule(string name, string cron) =>
        new(ScheduleName.Parse(name), cron, _type.CreateJob(new EchoInput { Message = name }));

    private ScheduleRunner Runner()
    {
        var services = _fixture.Manager.Services;
        var submitter = new JobSubmitter(
            _store, _store, services.GetRequiredService<JobTypeCatalog>(), services.GetRequiredService<DispatchRelay>(),
            services.GetRequiredService<EndpointJobs>(), services.GetRequiredService<JobsTelemetry>(),
            services.GetRequiredService<IOptions<DispatchOptions>>(), services.GetRequiredService<Caller>());
        return new ScheduleRunner(_store, submitter, Options.Create(new ScheduleOptions()), _clock, NullLogger<ScheduleRunner>.Instance);
    }
}
