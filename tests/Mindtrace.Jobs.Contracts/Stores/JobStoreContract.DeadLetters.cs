using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>The dead-letter queue as a list.</content>
public abstract partial class JobStoreContract
{
    [Fact]
    public async Task DeadLetters_PageByPage_ComeOnceEachTheLatestFirst()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);

        // Two of each time, which are told apart by their ids alone.
        for (var job = 0; job < 8; job++)
        {
            await FailAsync(store, job, OutcomeKind.Rejected);
            clock.Advance(TimeSpan.FromSeconds(job % 2));
        }

        foreach (var limit in new[] { 1, 2, 3, 7, 8, 100 })
        {
            Assert.Equal(
                ["job-7", "job-6", "job-5", "job-4", "job-3", "job-2", "job-1", "job-0"],
                (await AllLettersAsync(store, new DeadLetterFilter { Limit = limit })).Select(record => record.Job.Id.Value));
        }
    }

    [Fact]
    public async Task DeadLetters_TakenOutBetweenTwoPages_LeaveNoneOut()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        for (var job = 0; job < 6; job++)
        {
            await FailAsync(store, job, OutcomeKind.Rejected);
        }

        var first = await store.Jobs.ListDeadLettersAsync(new DeadLetterFilter { Limit = 3 }, Cancel);
        foreach (var letter in first.Records)
        {
            await store.Jobs.DiscardAsync(letter.Job.Id, Cancel);
        }

        var second = await store.Jobs.ListDeadLettersAsync(new DeadLetterFilter { Limit = 10, After = first.Next }, Cancel);
        Assert.Equal(["job-5", "job-4", "job-3"], first.Records.Select(record => record.Job.Id.Value));
        Assert.Equal(["job-2", "job-1", "job-0"], second.Records.Select(record => record.Job.Id.Value));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task DeadLetters_Filter_BoundsTypeStateReasonAndTime()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SetRouteAsync(JobModel.Unrouted, JobRoute.Queue, Cancel);
        await FailAsync(store, 0, OutcomeKind.Rejected);
        clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync(store, 1, OutcomeKind.NotRunnable);
        clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync(store, 2, OutcomeKind.Failed, JobModel.Unrouted);
        await store.Jobs.SubmitAsync([Job(3)], JobModel.Hold, Cancel);

        await ListedAsync(new DeadLetterFilter(), "job-2", "job-1", "job-0");
        await ListedAsync(new DeadLetterFilter { Types = [JobModel.Unrouted] }, "job-2");
        await ListedAsync(new DeadLetterFilter { States = [JobState.Error] }, "job-1");
        await ListedAsync(new DeadLetterFilter { Reason = "CANNOT" }, "job-1");
        await ListedAsync(new DeadLetterFilter { Reason = "no such reason" });
        await ListedAsync(new DeadLetterFilter { From = Start.AddMinutes(1) }, "job-2", "job-1");
        await ListedAsync(new DeadLetterFilter { From = Start.AddMinutes(1), To = Start.AddMinutes(1), Types = [JobModel.Routed] }, "job-1");
        await ListedAsync(new DeadLetterFilter { To = Start }, "job-0");

        async Task ListedAsync(DeadLetterFilter filter, params string[] expected) =>
            Assert.Equal(expected, (await store.Jobs.ListDeadLettersAsync(filter, Cancel)).Records.Select(record => record.Job.Id.Value));
    }

    private static async Task FailAsync(IStores store, int job, OutcomeKind kind, JobType? type = null)
    {
        var submitted = Job(job) with { SchemaName = type ?? JobModel.Routed };
        await store.Jobs.SubmitAsync([submitted], JobModel.Hold, Cancel);
        var attempt = JobModel.Key(job, job) with { JobType = submitted.SchemaName };
        Assert.Equal(ClaimAnswer.Claimed, (await store.Attempts.ClaimAsync(attempt, JobModel.Worker, JobModel.Lease, Cancel)).Answer);
        Assert.True(await store.Attempts.FinishAsync(attempt, JobModel.Outcome(kind, default), Cancel));
    }

    private static async Task<IReadOnlyList<JobRecord>> AllLettersAsync(IStores store, DeadLetterFilter filter)
    {
        var listed = new List<JobRecord>();
        JobCursor? next = null;
        do
        {
            var page = await store.Jobs.ListDeadLettersAsync(filter with { After = next }, Cancel);
            Assert.True(page.Records.Count <= filter.Limit);
            listed.AddRange(page.Records);
            next = page.Next is { } cursor && JobCursor.TryParse(cursor.ToString(), out var read) ? read : null;
        }
        while (next is not null && listed.Count <= 100);
        return listed;
    }
}
