using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>The numbers of jobs.</content>
public abstract partial class JobStoreContract
{
    [Fact]
    public async Task Count_JobsInEachState_AreToldApart()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([.. Enumerable.Range(0, 6).Select(Job)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromMinutes(1));
        await store.Jobs.SubmitAsync([Job(6), Job(7) with { NotBefore = Start.AddHours(1) }, Unrouted(8)], JobModel.Hold, Cancel);
        foreach (var (job, outcome) in new (int, JobOutcome)[]
        {
            (0, new JobOutcome.Completed(JobsJson.EmptyObject)), (1, new JobOutcome.Failed("it broke", JobsJson.EmptyObject)),
        })
        {
            await store.Attempts.ClaimAsync(JobModel.Key(job, 0), JobModel.Worker, JobModel.Lease, Cancel);
            await store.Attempts.FinishAsync(JobModel.Key(job, 0), outcome, Cancel);
        }

        await store.Jobs.CancelAsync(JobModel.Id(2), Cancel);
        await store.Attempts.ClaimAsync(JobModel.Key(3, 0), JobModel.Worker, JobModel.Lease, Cancel);

        var census = await store.Census.CountAsync(Cancel);

        var routed = census.JobTypes.Single(type => type.JobType == JobModel.Routed);
        Assert.Equal((3, 1, 1, 1), (routed.Waiting, routed.Delayed, routed.Running, routed.Completed));
        Assert.Equal((1, 0, 1), (routed.Failed, routed.Error, routed.Cancelled));
        Assert.Equal(Start.ToUnixTimeSeconds(), routed.OldestDueAt?.ToUnixTimeSeconds());
        var unrouted = census.JobTypes.Single(type => type.JobType == JobModel.Unrouted);
        Assert.Equal((0, 1, null), (unrouted.Waiting, unrouted.Error, unrouted.OldestDueAt));
        Assert.Equal(1, census.DeadLetters);
    }

    [Fact]
    public async Task Count_NothingIsDue_NothingIsOldest()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Jobs.SubmitAsync([Job(0) with { NotBefore = Start.AddHours(1) }], JobModel.Hold, Cancel);

        var routed = (await store.Census.CountAsync(Cancel)).JobTypes.Single(type => type.JobType == JobModel.Routed);

        Assert.Equal((0, 1, null), (routed.Waiting, routed.Delayed, routed.OldestDueAt));
    }

    [Fact]
    public async Task Changes_OfAnyJob_AreHeardUntilTheListeningEnds()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Jobs.SubmitAsync([Job(0), Job(1)], JobModel.Hold, Cancel);
        var heard = Channel.CreateUnbounded<(JobId, JobState)>();
        var listening = await store.Census.ListenForChangesAsync((id, state) => heard.Writer.TryWrite((id, state)), Cancel);

        await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, JobModel.Lease, Cancel);
        Assert.Equal((JobModel.Id(0), JobState.Running), await heard.Reader.ReadAsync(Cancel));
        await store.Attempts.FinishAsync(JobModel.Key(0, 0), new JobOutcome.Completed(JobsJson.EmptyObject), Cancel);
        Assert.Equal((JobModel.Id(0), JobState.Completed), await heard.Reader.ReadAsync(Cancel));
        await store.Jobs.CancelAsync(JobModel.Id(1), Cancel);
        Assert.Equal((JobModel.Id(1), JobState.Cancelled), await heard.Reader.ReadAsync(Cancel));

        await listening.DisposeAsync();
    }
}
