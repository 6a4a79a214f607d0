using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>What concerns many jobs at once.</content>
public abstract partial class JobStoreContract
{
    [Fact]
    public async Task List_PageByPage_ComesToEachJobOnceTheLatestFirst()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);

        // Jobs of one time as well: those that wait for the same moment are told apart by their ids alone.
        var midnight = Start.AddHours(5);
        await store.Jobs.SubmitAsync([.. Enumerable.Range(0, 7).Select(job => Job(job) with { NotBefore = midnight })], JobModel.Hold, Cancel);
        for (var job = 7; job < 12; job++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await store.Jobs.SubmitAsync([Job(job)], JobModel.Hold, Cancel);
        }

        await store.Attempts.ClaimAsync(JobModel.Key(9, 0), JobModel.Worker, JobModel.Lease, Cancel);
        await store.Jobs.SubmitAsync([Unrouted(12)], JobModel.Hold, Cancel);

        foreach (var limit in new[] { 1, 2, 3, 5, 13, 100 })
        {
            var listed = await AllPagesAsync(store, new JobFilter { Limit = limit });
            Assert.Equal(
                ["job-6", "job-5", "job-4", "job-3", "job-2", "job-1", "job-0", "job-12", "job-11", "job-10", "job-9", "job-8", "job-7"],
                listed.OrderByDescending(record => JobPage.EntryOf(record).At).ThenByDescending(record => record.Job.Id.Value, StringComparer.Ordinal)
                    .Select(record => record.Job.Id.Value));
            Assert.Equal(13, listed.Select(record => record.Job.Id).Distinct().Count());
            Assert.Equal(listed.OrderByDescending(record => JobPage.EntryOf(record).At), listed);
        }
    }

    [Fact]
    public async Task List_Filter_BoundsTypeStateAndTime()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromMinutes(1));
        await store.Jobs.SubmitAsync([Unrouted(1)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromMinutes(1));
        await store.Jobs.SubmitAsync([Job(2)], JobModel.Hold, Cancel);
        await store.Attempts.ClaimAsync(JobModel.Key(2, 0), JobModel.Worker, JobModel.Lease, Cancel);

        await ListedAsync(new JobFilter { Types = [JobModel.Routed] }, "job-2", "job-0");
        await ListedAsync(new JobFilter { Types = [JobModel.Unrouted, JobModel.Routed] }, "job-2", "job-1", "job-0");
        await ListedAsync(new JobFilter { States = [JobState.Running, JobState.Error] }, "job-2", "job-1");
        await ListedAsync(new JobFilter { States = [JobState.Completed] });
        await ListedAsync(new JobFilter { From = Start.AddMinutes(1) }, "job-2", "job-1");
        await ListedAsync(new JobFilter { From = Start.AddMinutes(1), To = Start.AddMinutes(1) }, "job-1");
        await ListedAsync(new JobFilter { To = Start.AddMinutes(1), Types = [JobModel.Routed], States = [JobState.Queued] }, "job-0");

        async Task ListedAsync(JobFilter filter, params string[] expected) =>
            Assert.Equal(expected, (await store.Jobs.ListAsync(filter, Cancel)).Records.Select(record => record.Job.Id.Value));
    }

    [Fact]
    public async Task CancelQueued_OnlyTheQueuedOfTheType()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0), Job(1), Unrouted(2)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.Attempts.ClaimAsync(JobModel.Key(1, 0), JobModel.Worker, JobModel.Lease, Cancel);
        Assert.Equal(1, await store.Jobs.CancelQueuedAsync(JobModel.Routed, "queue cleared", Cancel));

        var cancelled = await store.Jobs.FindAsync(JobModel.Id(0), Cancel);
        Assert.Equal((JobState.Cancelled, "queue cleared"), (cancelled!.State, cancelled.Error));
        var running = await store.Jobs.FindAsync(JobModel.Id(1), Cancel);
        Assert.Equal((JobState.Running, false), (running!.State, running.CancelRequested));
        Assert.Empty(await store.Dispatch.TakeDueAsync(10, JobModel.Hold, Cancel));
        Assert.Equal(ClaimAnswer.Done, (await store.Attempts.ClaimAsync(JobModel.Key(0, 1), JobModel.Worker, JobModel.Lease, Cancel)).Answer);
    }

    [Fact]
    public async Task Clear_ForgetsAllJobsAndRoutes()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0), Job(1), Job(2), Unrouted(3)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.Attempts.ClaimAsync(JobModel.Key(1, 0), JobModel.Worker, JobModel.Lease, Cancel);
        await store.Attempts.ClaimAsync(JobModel.Key(2, 0), JobModel.Worker, JobModel.Lease, Cancel);
        await store.Attempts.FinishAsync(JobModel.Key(2, 0), JobModel.Outcome(OutcomeKind.Rejected, default), Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(4, await store.Jobs.ClearAsync(Cancel));
        Assert.Equal(0, await store.Jobs.ClearAsync(Cancel));
        Assert.Empty((await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records);
        Assert.Empty((await store.Jobs.ListDeadLettersAsync(new DeadLetterFilter(), Cancel)).Records);
        Assert.Empty(await store.Jobs.ListRoutesAsync(Cancel));
        Assert.Empty(await store.Attempts.ListRunningAsync(worker: null, Cancel));
        Assert.Null(await store.Dispatch.UntilNextDueAsync(Cancel));
        Assert.False(await store.Attempts.FinishAsync(JobModel.Key(1, 0), JobModel.Outcome(OutcomeKind.Completed, default), Cancel));
        Assert.Equal(LeaseAnswer.Stale, Assert.Single(await store.Attempts.RenewAsync([new LeaseRenewal(JobModel.Key(1, 0))], JobModel.Lease, Cancel)));
    }

    [Fact]
    public async Task Expire_OnlyWhatIsFinalForSoLong_AndNoDeadLetter()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0), Job(1), Job(2), Job(3), Unrouted(4)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        await FinishAsync(0, OutcomeKind.Completed);
        await FinishAsync(1, OutcomeKind.Rejected);
        await store.Attempts.ClaimAsync(JobModel.Key(2, 0), JobModel.Worker, JobModel.Lease, Cancel);
        clock.Advance(TimeSpan.FromDays(7));
        await store.Attempts.FinishAsync(JobModel.Key(2, 0), JobModel.Outcome(OutcomeKind.Completed, default), Cancel);

        // The unrouted one became final as it was accepted, the first one a second later.
        Assert.Equal(0, await store.Jobs.ExpireAsync(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(2), Cancel));
        Assert.Equal(2, await store.Jobs.ExpireAsync(TimeSpan.FromDays(7), Cancel));
        Assert.Equal(0, await store.Jobs.ExpireAsync(TimeSpan.FromDays(7), Cancel));

        var left = (await store.Jobs.ListAsync(new JobFilter(), Cancel)).Records.Select(record => record.Job.Id.Value).Order();
        Assert.Equal(["job-1", "job-2", "job-3"], left);
        Assert.Equal("job-1", Assert.Single((await store.Jobs.ListDeadLettersAsync(new DeadLetterFilter(), Cancel)).Records).Job.Id.Value);
        Assert.True(await store.Jobs.DiscardAsync(JobModel.Id(1), Cancel));
        Assert.Equal(1, await store.Jobs.ExpireAsync(TimeSpan.FromDays(7), Cancel));

        // A message that comes back after its job was forgotten does not run it again.
        Assert.Equal(ClaimAnswer.Done, (await store.Attempts.AdoptAsync(
            Job(0), Start, JobModel.Key(0, 1).Token, JobModel.Worker, JobModel.Lease, Cancel)).Answer);

        async Task FinishAsync(int job, OutcomeKind kind)
        {
            await store.Attempts.ClaimAsync(JobModel.Key(job, 0), JobModel.Worker, JobModel.Lease, Cancel);
            await store.Attempts.FinishAsync(JobModel.Key(job, 0), JobModel.Outcome(kind, default), Cancel);
        }
    }

    [Fact]
    public async Task Adopt_MessageFromBeforeTheClear_IsDropped_LaterOrForeignOnesAreNot()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.ClearAsync(Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ClaimAnswer.Done, await AdoptAsync(0, Start));
        Assert.Null(await store.Jobs.FindAsync(JobModel.Id(0), Cancel));
        Assert.Equal(ClaimAnswer.Claimed, await AdoptAsync(1, Start.AddSeconds(1)));
        Assert.Equal(ClaimAnswer.Claimed, await AdoptAsync(2, acceptedAt: null));

        async Task<ClaimAnswer> AdoptAsync(int job, DateTimeOffset? acceptedAt) => (await store.Attempts.AdoptAsync(
            Job(job), acceptedAt, JobModel.Key(job, 0).Token, JobModel.Worker, JobModel.Lease, Cancel)).Answer;
    }

    private static Job Unrouted(int job) => JobModel.Job(job, JobModel.Unrouted, maxAttempts: 1, notBefore: null);

    private static async Task<IReadOnlyList<JobRecord>> AllPagesAsync(IStores store, JobFilter filter)
    {
        var listed = new List<JobRecord>();
        JobCursor? next = null;
        do
        {
            var page = await store.Jobs.ListAsync(filter with { After = next }, Cancel);
            Assert.True(page.Records.Count <= filter.Limit);
            listed.AddRange(page.Records);
            next = page.Next is { } cursor && JobCursor.TryParse(cursor.ToString(), out var read) ? read : null;
        }
        while (next is not null && listed.Count <= 100);
        return listed;
    }
}
