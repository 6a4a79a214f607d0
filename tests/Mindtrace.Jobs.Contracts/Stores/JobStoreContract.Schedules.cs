using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>The schedules of recurring jobs.</content>
public abstract partial class JobStoreContract
{
    private static readonly ScheduleName Nightly = ScheduleName.Parse("nightly");

    [Fact]
    public async Task Schedules_AreKeptListedReplacedAndRemoved()
    {
        var store = (await RoutedStoreAsync(new FakeTimeProvider(Start))).Schedules;
        Assert.Empty(await store.ListSchedulesAsync(Cancel));
        await store.SaveScheduleAsync(Schedule() with { Name = ScheduleName.Parse("weekly"), TimeZone = "Europe/Berlin" }, Start.AddDays(7), Cancel);
        await store.SaveScheduleAsync(Schedule(), Start.AddDays(1), Cancel);
        await store.SaveScheduleAsync(Schedule() with { CatchUp = 5 }, Start.AddDays(2), Cancel);

        var all = await store.ListSchedulesAsync(Cancel);
        Assert.Equal(["nightly", "weekly"], all.Select(it => it.Schedule.Name.Value));
        Assert.Equal((5, Start.AddDays(2), null), (all[0].Schedule.CatchUp, all[0].NextAt, all[0].LastAt));
        Assert.Equal("Europe/Berlin", all[1].Schedule.TimeZone);
        Assert.Equal(JobModel.Routed, (await store.FindScheduleAsync(Nightly, Cancel))!.Schedule.Job.SchemaName);

        Assert.True(await store.RemoveScheduleAsync(Nightly, Cancel));
        Assert.False(await store.RemoveScheduleAsync(Nightly, Cancel));
        Assert.Null(await store.FindScheduleAsync(Nightly, Cancel));
        Assert.Single(await store.ListSchedulesAsync(Cancel));
    }

    [Fact]
    public async Task Fire_AcceptsTheJobsAndGoesOn_OnceHoweverManyTry()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        var due = Start.AddMinutes(1);
        await store.Schedules.SaveScheduleAsync(Schedule(), due, Cancel);
        Assert.Empty((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        clock.Advance(TimeSpan.FromMinutes(2));

        var (seen, now) = await store.Schedules.ListDueSchedulesAsync(Cancel);
        Assert.Equal(Start.AddMinutes(2), now);
        var fires = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => store.Schedules.FireAsync(seen[0], due, Start.AddDays(1), [seen[0].Schedule.JobAt(due)], JobModel.Hold, Cancel), Cancel)));

        var fired = Assert.Single(fires, fire => fire is not null)!;
        Assert.Equal("nightly:20260102T030505Z", Assert.Single(fired).Record.Job.Id.Value);
        Assert.NotNull(fired[0].Ticket);
        Assert.Equal((Start.AddDays(1), due), ((await store.Schedules.FindScheduleAsync(Nightly, Cancel))!.NextAt, (await store.Schedules.FindScheduleAsync(Nightly, Cancel))!.LastAt));
        Assert.Empty((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        Assert.Equal(JobState.Queued, Assert.Single((await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records).State);
    }

    [Fact]
    public async Task Fire_ThreeSchedulersAtEachInstant_OneOfThemDoes()
    {
        const int Instants = 20;
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Schedules.SaveScheduleAsync(Schedule(), Start.AddMinutes(1), Cancel);
        for (var instant = 0; instant < Instants; instant++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            var fires = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(LookAsync, Cancel)));
            Assert.Single(fires, fire => fire is not null);
        }

        var jobs = (await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records.Select(record => record.Job.Id);
        Assert.Equal(
            Enumerable.Range(1, Instants).Select(instant => Schedule().JobIdAt(Start.AddMinutes(instant)).Value),
            jobs.Select(id => id.Value).Order(StringComparer.Ordinal));

        async Task<IReadOnlyList<SubmitResult>?> LookAsync()
        {
            var (due, now) = await store.Schedules.ListDueSchedulesAsync(Cancel);
            return due is [var seen]
                ? await store.Schedules.FireAsync(seen, seen.NextAt!.Value, now.AddMinutes(1), [seen.Schedule.JobAt(seen.NextAt.Value)], JobModel.Hold, Cancel)
                : null;
        }
    }

    [Fact]
    public async Task Fire_ManagerDiesBeforeIt_AnotherMakesTheRun_AndTheFirstIsRefusedIfItLives()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Schedules.SaveScheduleAsync(Schedule(), Start, Cancel);
        var seen = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);

        var seenByAnother = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        Assert.NotNull(await FireAsync(seenByAnother));
        Assert.Null(await FireAsync(seen));
        Assert.Single((await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records);

        Task<IReadOnlyList<SubmitResult>?> FireAsync(KnownSchedule known) =>
            store.Schedules.FireAsync(known, Start, Start.AddDays(1), [known.Schedule.JobAt(Start)], JobModel.Hold, Cancel);
    }

    [Fact]
    public async Task Fire_ManagerDiesAfterIt_ARelayPublishesTheJob()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Schedules.SaveScheduleAsync(Schedule(), Start, Cancel);
        var seen = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        await store.Schedules.FireAsync(seen, Start, Start.AddDays(1), [seen.Schedule.JobAt(Start)], JobModel.Hold, Cancel);
        Assert.Empty(await store.Dispatch.TakeDueAsync(10, JobModel.Hold, Cancel));

        clock.Advance(JobModel.Hold);
        Assert.Equal(Schedule().JobIdAt(Start), Assert.Single(await store.Dispatch.TakeDueAsync(10, JobModel.Hold, Cancel)).Message.JobId);
    }

    [Fact]
    public async Task Fire_RunWasMadeBefore_GoesOnAndMakesNoOther()
    {
        // As a server that dies in the middle of the step leaves it: the job is there, the schedule waits for the run.
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Schedules.SaveScheduleAsync(Schedule(), Start, Cancel);
        await store.Jobs.SubmitAsync([Schedule().JobAt(Start)], JobModel.Hold, Cancel);

        var seen = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        var fired = await store.Schedules.FireAsync(seen, Start, Start.AddDays(1), [seen.Schedule.JobAt(Start)], JobModel.Hold, Cancel);

        Assert.False(Assert.Single(fired!).IsNew);
        Assert.Empty((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        Assert.Single((await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records);
    }

    [Fact]
    public async Task Fire_SeveralMissedRuns_AreAcceptedTogether_UnlessAUniqueKeyIsHeld()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        DateTimeOffset[] missed = [Start.AddDays(-2), Start.AddDays(-1), Start];
        await store.Schedules.SaveScheduleAsync(Schedule(), missed[0], Cancel);
        Assert.Equal(missed.Select(Schedule().JobIdAt), (await FireAsync())!.Select(result => result.Record.Job.Id));

        var unique = Schedule() with { Job = JobModel.Unique(0, 0) };
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.Jobs.ClearAsync(Cancel);
        await store.Jobs.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        await store.Schedules.SaveScheduleAsync(unique, missed[0], Cancel);
        Assert.Equal(Enumerable.Repeat(unique.JobIdAt(missed[0]), 3), (await FireAsync())!.Select(result => result.Record.Job.Id));

        async Task<IReadOnlyList<SubmitResult>?> FireAsync()
        {
            var seen = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
            return await store.Schedules.FireAsync(seen, Start, Start.AddDays(1), [.. missed.Select(seen.Schedule.JobAt)], JobModel.Hold, Cancel);
        }
    }

    [Fact]
    public async Task Fire_LastTime_LeavesTheScheduleWithoutANextOne()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Schedules.SaveScheduleAsync(Schedule(), Start, Cancel);
        var seen = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        Assert.Empty((await store.Schedules.FireAsync(seen, Start, nextAt: null, [], JobModel.Hold, Cancel))!);
        Assert.Empty((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);
        Assert.Null((await store.Schedules.FindScheduleAsync(Nightly, Cancel))!.NextAt);
    }

    [Fact]
    public async Task Fire_ScheduleWasReplacedRemovedOrCleared_IsRefused()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Schedules.SaveScheduleAsync(Schedule(), Start, Cancel);
        var seen = Assert.Single((await store.Schedules.ListDueSchedulesAsync(Cancel)).Due);

        await store.Schedules.SaveScheduleAsync(Schedule() with { Cron = "0 4 * * *" }, Start, Cancel);
        Assert.Null(await FireAsync());
        await store.Schedules.RemoveScheduleAsync(Nightly, Cancel);
        Assert.Null(await FireAsync());
        await store.Schedules.SaveScheduleAsync(Schedule(), Start, Cancel);
        await store.Jobs.ClearAsync(Cancel);
        Assert.Null(await FireAsync());
        Assert.Empty((await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records);

        Task<IReadOnlyList<SubmitResult>?> FireAsync() =>
            store.Schedules.FireAsync(seen, Start, Start.AddDays(1), [seen.Schedule.JobAt(Start)], JobModel.Hold, Cancel);
    }

    private static JobSchedule Schedule() => new(Nightly, "0 3 * * *", JobModel.Job(0, JobModel.Routed, maxAttempts: 1, notBefore: null));
}
