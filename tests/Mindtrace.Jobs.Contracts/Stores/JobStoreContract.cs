using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <summary>What every job store promises: to do as <see cref="JobStateMachine"/> says, whatever happens in whatever order.</summary>
public abstract partial class JobStoreContract
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes an empty store on the clock given.</summary>
    protected abstract Task<IStores> CreateAsync(TimeProvider clock);

    /// <summary>How many histories are tried against the model.</summary>
    protected virtual int Histories => 300;

    [Fact]
    public Task Store_AnyHistory_DoesAsTheModel() => JobCommand.Any.List[1, 40].SampleAsync(
        async commands =>
        {
            var clock = new FakeTimeProvider(Start);
            var store = await CreateAsync(clock);
            await store.Jobs.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
            var model = new JobModel();
            foreach (var command in commands)
            {
                // Reaping is told what the reaper saw before the model moves on.
                var seen = command is JobCommand.Reap reap ? model.Seen(reap.Job) : null;
                Assert.Equal(model.Apply(command, clock.GetUtcNow()), await ApplyAsync(store, command, seen, clock));
                foreach (var (id, expected) in model.Records)
                {
                    Assert.Equal(JobModel.Describe(expected), JobModel.Describe(await store.Jobs.FindAsync(id, Cancel)));
                }

                Assert.Equal(
                    model.Records.Values.Where(record => record.IsDeadLetter).Select(record => record.Job.Id.Value).Order(),
                    (await store.Jobs.ListDeadLettersAsync(new DeadLetterFilter(), Cancel)).Records.Select(record => record.Job.Id.Value).Order());
                var now = clock.GetUtcNow();
                var limited = (await store.Limits.ListLimitedAsync(10, Cancel)).Select(record => record.Job.Id);
                Assert.Empty(model.Records.Values.Where(record => IsOverrun(record, now)).Select(record => record.Job.Id).Except(limited));
            }
        },
        iter: Histories, threads: 1);

    [Fact]
    public async Task Submit_Batch_AnswersInOrderAndKeepsTheFirstOfAnId()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        Job[] jobs = [Job(0), Job(1), Job(0)];
        var results = await store.Jobs.SubmitAsync(jobs, JobModel.Hold, Cancel);
        Assert.Equal(["job-0", "job-1", "job-0"], results.Select(result => result.Record.Job.Id.Value));
        Assert.Equal([true, true, false], results.Select(result => result.IsNew));
        Assert.Equal([true, true, false], results.Select(result => result.Ticket is not null));
    }

    [Fact]
    public async Task Submit_Ticket_CarriesTheJobAsItIsStored()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        var submitted = (await store.Jobs.SubmitAsync([Job(1)], JobModel.Hold, Cancel))[0].Ticket!;
        AssertTicket(submitted);
        clock.Advance(JobModel.Hold);
        AssertTicket(Assert.Single(await store.Dispatch.TakeDueAsync(10, JobModel.Hold, Cancel)));
    }

    [Fact]
    public async Task Submit_SameUniqueKeyInOneBatch_TheFirstHoldsIt()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        var results = await store.Jobs.SubmitAsync([JobModel.Unique(0, 0), JobModel.Unique(1, 0), JobModel.Unique(2, 1)], JobModel.Hold, Cancel);
        Assert.Equal(["job-0", "job-0", "job-2"], results.Select(result => result.Record.Job.Id.Value));
        Assert.Equal([true, false, true], results.Select(result => result.IsNew));
        Assert.Null(await store.Jobs.FindAsync(JobModel.Id(1), Cancel));
        Assert.Equal(2, await store.Jobs.CancelQueuedAsync(JobModel.Routed, "queue cleared", Cancel));
        Assert.True((await store.Jobs.SubmitAsync([JobModel.Unique(1, 0)], JobModel.Hold, Cancel))[0].IsNew);
    }

    [Fact]
    public async Task Submit_SameUniqueKeyManyTimesAtOnce_OneIsAccepted()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(job =>
            Task.Run(() => store.Jobs.SubmitAsync([JobModel.Unique(job, 0)], JobModel.Hold, Cancel), Cancel)));
        Assert.Single(results, result => result[0].IsNew);
        Assert.Single(results.Select(result => result[0].Record.Job.Id).Distinct());
    }

    [Fact]
    public async Task Routes_SetAgain_AreReplaced()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Jobs.SetRouteAsync(JobModel.Routed, JobRoute.Endpoint("/echo/run"), Cancel);
        Assert.Equal("echo/run", (await store.Jobs.ListRoutesAsync(Cancel))[JobModel.Routed].Target);
        Assert.Equal("echo/run", (await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel))[0].Ticket!.Route.Target);
    }

    [Fact]
    public async Task Watch_UnknownJob_EndsAtOnce()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await foreach (var record in store.Jobs.WatchAsync(JobModel.Id(0), Cancel))
        {
            Assert.Fail($"There is no record, but one came: {JobModel.Describe(record)}");
        }
    }

    [Fact]
    public async Task WaitForEnd_UnknownJob_AnswersNone()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        Assert.Null(await store.Jobs.WaitForEndAsync(JobModel.Id(0), Cancel));
    }

    [Fact]
    public async Task WaitForEnd_SeveralWhoWaitForJobsThatEndTogether_EachGetsTheirFinalRecord()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        int[] jobs = [.. Enumerable.Range(0, 20)];
        await store.Jobs.SubmitAsync([.. jobs.Select(number => Job(number))], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var waiting = jobs.Concat(jobs).Select(number => store.Jobs.WaitForEndAsync(JobModel.Id(number), Cancel)).ToList();

        await Task.WhenAll(jobs.Select(number => store.Attempts.ClaimAsync(JobModel.Key(number, 0), JobModel.Worker, JobModel.Lease, Cancel)));
        Assert.DoesNotContain(waiting, wait => wait.IsCompleted);
        await Task.WhenAll(jobs.Select(number => store.Attempts.FinishAsync(JobModel.Key(number, 0), new JobOutcome.Completed(JobsJson.EmptyObject), Cancel)));

        var ended = await Task.WhenAll(waiting);
        Assert.Equal(jobs.Concat(jobs).Select(JobModel.Id), ended.Select(record => record!.Job.Id));
        Assert.All(ended, record => Assert.Equal(JobState.Completed, record!.State));
    }

    [Fact]
    public async Task Watch_EachChange_IsSeenUntilTheFinalOne()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        var seen = new List<JobState>();
        await foreach (var record in store.Jobs.WatchAsync(JobModel.Id(0), Cancel))
        {
            seen.Add(record.State);
            if (record.State == JobState.Queued)
            {
                await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, JobModel.Lease, Cancel);
            }
            else if (record.State == JobState.Running)
            {
                await store.Attempts.FinishAsync(JobModel.Key(0, 0), JobModel.Outcome(OutcomeKind.Completed, default), Cancel);
            }
        }

        Assert.Equal([JobState.Queued, JobState.Running, JobState.Completed], seen);
    }

    [Fact]
    public async Task Cancel_RunningJob_IsPushedToItsWorkerAgainAndAgainUntilItIsEnded()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        var pushed = Channel.CreateUnbounded<(AttemptToken, LeaseAnswer)>();
        await using var listening = await store.Attempts.ListenForStopsAsync(JobModel.Worker, (token, stop) => pushed.Writer.TryWrite((token, stop)), Cancel);
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, JobModel.Lease, Cancel);
        Assert.Equal(CancelAnswer.Requested, await store.Jobs.CancelAsync(JobModel.Id(0), Cancel));
        Assert.Equal((JobModel.Key(0, 0).Token, LeaseAnswer.CancelRequested), await pushed.Reader.ReadAsync(Cancel));

        var seen = Assert.Single(await store.Limits.ListLimitedAsync(10, Cancel));
        Assert.Null(await store.Limits.EndOverrunAsync(seen, JobModel.Grace, default, Cancel));
        Assert.Equal((JobModel.Key(0, 0).Token, LeaseAnswer.CancelRequested), await pushed.Reader.ReadAsync(Cancel));

        clock.Advance(JobModel.Grace);
        Assert.Equal(new Overrun(JobLimit.CancelGrace, JobModel.Worker), await store.Limits.EndOverrunAsync(seen, JobModel.Grace, default, Cancel));
        Assert.Equal((JobModel.Key(0, 0).Token, LeaseAnswer.Stale), await pushed.Reader.ReadAsync(Cancel));
        Assert.False(await store.Attempts.FinishAsync(JobModel.Key(0, 0), JobModel.Outcome(OutcomeKind.Completed, default), Cancel));
        Assert.Equal(JobState.Cancelled, (await store.Jobs.FindAsync(JobModel.Id(0), Cancel))!.State);
        Assert.Empty(await store.Limits.ListLimitedAsync(10, Cancel));
    }

    [Fact]
    public async Task Claim_JobWithATimeoutAsAWhole_IsToldHowMuchIsLeft()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0) with { JobTimeout = TimeSpan.FromSeconds(60) }, Job(1)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(20));
        var claim = await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, JobModel.Lease, Cancel);
        Assert.Equal(TimeSpan.FromSeconds(40), claim.TimeLeft);
        Assert.Equal(claim, await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, JobModel.Lease, Cancel));
        Assert.Null((await store.Attempts.ClaimAsync(JobModel.Key(1, 1), JobModel.Worker, JobModel.Lease, Cancel)).TimeLeft);
    }

    [Fact]
    public async Task Dispatch_EntryMadeForOthers_WakesTheRelay()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = await store.Dispatch.ListenForEntriesAsync(() => woken.TrySetResult(), Cancel);
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, JobModel.Lease, Cancel);
        await store.Attempts.ReleaseAsync(JobModel.Key(0, 0), Cancel);
        await woken.Task.WaitAsync(Cancel);
        Assert.Equal(TimeSpan.Zero, await store.Dispatch.UntilNextDueAsync(Cancel));
    }

    [Fact]
    public async Task UntilNextDue_IsTheTimeToTheFirstEntry()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        Assert.Null(await store.Dispatch.UntilNextDueAsync(Cancel));
        await store.Jobs.SubmitAsync([Job(0) with { NotBefore = Start.AddMinutes(5) }, Job(1)], TimeSpan.FromSeconds(7), Cancel);
        var wait = await store.Dispatch.UntilNextDueAsync(Cancel);
        Assert.InRange(wait!.Value, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7.001));
    }

    [Fact]
    public async Task Lapsed_OnlyPastTheLease_AndOfTheRightWorker()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0), Job(1)], JobModel.Hold, Cancel);
        var other = WorkerId.Parse("worker-2");
        clock.Advance(TimeSpan.FromSeconds(1));
        await store.Attempts.ClaimAsync(JobModel.Key(0, 0), JobModel.Worker, TimeSpan.FromSeconds(10), Cancel);
        await store.Attempts.ClaimAsync(JobModel.Key(1, 1), other, TimeSpan.FromSeconds(40), Cancel);
        Assert.Empty(await store.Attempts.ListLapsedAsync(10, Cancel));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(JobModel.Id(0), Assert.Single(await store.Attempts.ListLapsedAsync(10, Cancel)).Key.JobId);
        Assert.Equal(JobModel.Id(1), Assert.Single(await store.Attempts.ListRunningAsync(other, Cancel)).Key.JobId);
    }

    [Fact]
    public async Task Claim_ManyAtOnce_OneWins()
    {
        var store = await RoutedStoreAsync(new FakeTimeProvider(Start));
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        var claims = await Task.WhenAll(Enumerable.Range(0, 50).Select(token =>
            Task.Run(() => store.Attempts.ClaimAsync(JobModel.Key(0, token), JobModel.Worker, JobModel.Lease, Cancel), Cancel)));
        Assert.Single(claims, claim => claim.Answer == ClaimAnswer.Claimed);
        Assert.Equal(49, claims.Count(claim => claim.Answer == ClaimAnswer.Held));
    }

    [Fact]
    public async Task Attempts_ManyAtOnce_EachEndsWithItsOwnOutcome()
    {
        const int Jobs = 100;
        var clock = new FakeTimeProvider(Start);
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(Job)], JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        var claims = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(job =>
            store.Attempts.ClaimAsync(JobModel.Key(job, job), JobModel.Worker, JobModel.Lease, Cancel)));
        Assert.All(claims, claim => Assert.Equal((ClaimAnswer.Claimed, 1), (claim.Answer, claim.Attempt)));

        // Each is told twice, and by one who does not hold it.
        var finishes = await Task.WhenAll(Enumerable.Range(0, 3 * Jobs).Select(i =>
            store.Attempts.FinishAsync(JobModel.Key(i / 3, i % 3 < 2 ? i / 3 : Jobs), JobModel.Outcome(Kind(i / 3), default), Cancel)));
        Assert.Equal(Enumerable.Range(0, 3 * Jobs).Select(i => i % 3 < 2), finishes);
        for (var job = 0; job < Jobs; job++)
        {
            var record = (await store.Jobs.FindAsync(JobModel.Id(job), Cancel))!;
            Assert.Equal(
                Kind(job) switch { OutcomeKind.Completed => JobState.Completed, OutcomeKind.NotRunnable => JobState.Error, _ => JobState.Failed }, record.State);
        }

        Assert.Empty(await store.Attempts.ListRunningAsync(null, Cancel));

        static OutcomeKind Kind(int job) => Enum.GetValues<OutcomeKind>()[job % Enum.GetValues<OutcomeKind>().Length];
    }

    /// <summary>Tells whether a job is to be listed. Of one that is silent the store learns between two looks, and it may take until the next.</summary>
    private static bool IsOverrun(JobRecord record, DateTimeOffset now) =>
        JobLimits.First(record, JobModel.Grace) is { Limit: not JobLimit.HeartbeatTimeout } first && first.At <= now;

    private static void AssertTicket(DispatchTicket ticket)
    {
        Assert.Equal(JsonSerializer.Serialize(Job(1), JobsJson.Default.Job), Encoding.UTF8.GetString(ticket.Message.Body.Span));
        Assert.Equal((JobModel.Id(1), JobModel.Routed, 1), (ticket.Message.JobId, ticket.Message.JobType, ticket.Message.Priority));
        Assert.Equal(Job(1).Traceparent, ticket.Message.TraceParent);
        Assert.Equal(Start, ticket.Message.AcceptedAt);
        Assert.Equal(JobRoute.Queue, ticket.Route);
    }

    private static Job Job(int job) => JobModel.Job(job, JobModel.Routed, maxAttempts: 1, notBefore: null);

    private static async Task<string> ApplyAsync(IStores store, JobCommand command, RunningAttempt? seen, FakeTimeProvider clock)
    {
        var now = clock.GetUtcNow();
        switch (command)
        {
            case JobCommand.Submit it:
                return await SubmitAsync(JobModel.Job(it.Job, JobModel.Routed, it.MaxAttempts, JobModel.NotBefore(now, it.NotBeforeSeconds)));
            case JobCommand.SubmitUnrouted it:
                return await SubmitAsync(JobModel.Job(it.Job, JobModel.Unrouted, 1, null));
            case JobCommand.SubmitUnique it:
                return await SubmitAsync(JobModel.Unique(it.Job, it.Key));
            case JobCommand.AdoptUnique it:
                return await AdoptAsync(JobModel.Unique(it.Job, it.Key), it.Token);
            case JobCommand.SubmitLimited it:
                return await SubmitAsync(JobModel.Limited(
                    JobModel.Job(it.Job, JobModel.Routed, it.MaxAttempts, JobModel.NotBefore(now, it.NotBeforeSeconds)), it.Limits));
            case JobCommand.AdoptLimited it:
                return await AdoptAsync(JobModel.Limited(JobModel.Job(it.Job, JobModel.Routed, 1, null), it.Limits), it.Token);
            case JobCommand.Claim it:
                return (await store.Attempts.ClaimAsync(
                    JobModel.Key(it.Job, it.Token), JobModel.Worker, TimeSpan.FromSeconds(it.LeaseSeconds), Cancel)).Answer.ToString();
            case JobCommand.Adopt it:
                return await AdoptAsync(JobModel.Job(it.Job, JobModel.Routed, 1, JobModel.NotBefore(now, it.NotBeforeSeconds)), it.Token);
            case JobCommand.Renew it:
                return Assert.Single(await store.Attempts.RenewAsync(
                    [new LeaseRenewal(JobModel.Key(it.Job, it.Token), TimeSpan.FromSeconds(it.SilenceSeconds))], JobModel.Lease, Cancel)).ToString();
            case JobCommand.EndOverrun it:
                return await store.Jobs.FindAsync(JobModel.Id(it.Job), Cancel) is { } found
                    ? Overrun(await store.Limits.EndOverrunAsync(found, JobModel.Grace, TimeSpan.FromSeconds(it.RetrySeconds), Cancel))
                    : "nothing is there";
            case JobCommand.Finish it:
                var outcome = JobModel.Outcome(it.Kind, TimeSpan.FromSeconds(it.RetrySeconds));
                return (await store.Attempts.FinishAsync(JobModel.Key(it.Job, it.Token), outcome, Cancel)).ToString();
            case JobCommand.Release it:
                return (await store.Attempts.ReleaseAsync(JobModel.Key(it.Job, it.Token), Cancel)).ToString();
            case JobCommand.Reap when seen is null:
                return "nothing runs";
            case JobCommand.Reap it:
                if (it.RenewedMeanwhile)
                {
                    await store.Attempts.RenewAsync([new LeaseRenewal(seen.Key)], JobModel.LeaseBeyond(seen, now), Cancel);
                }

                return (await store.Attempts.ReapAsync(seen, "the worker | is gone", it.MaxDeaths, Cancel)).ToString();
            case JobCommand.Cancel it:
                return (await store.Jobs.CancelAsync(JobModel.Id(it.Job), Cancel)).ToString();
            case JobCommand.Requeue it:
                return (await store.Jobs.RequeueAsync(JobModel.Id(it.Job), it.EditPayload ? JobModel.OtherPayload : null, Cancel)).ToString();
            case JobCommand.Discard it:
                return (await store.Jobs.DiscardAsync(JobModel.Id(it.Job), Cancel)).ToString();
            case JobCommand.TakeDue it:
                var tickets = await store.Dispatch.TakeDueAsync(100, JobModel.Hold, Cancel);
                if (it.Confirm)
                {
                    await store.Dispatch.ConfirmAsync(tickets, Cancel);
                }

                return string.Join(' ', tickets
                    .Select(ticket => $"{ticket.Message.JobId} {ticket.DispatchAt.ToString("O", CultureInfo.InvariantCulture)}")
                    .Order(StringComparer.Ordinal));
            case JobCommand.Redispatch:
                return (await store.Dispatch.RedispatchAsync(JobModel.Routed, Cancel)).ToString(CultureInfo.InvariantCulture);
            case JobCommand.Advance it:
                clock.Advance(TimeSpan.FromSeconds(it.Seconds));
                return "";
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }

        static string Overrun(Overrun? overrun) => JobModel.DescribeOverrun(overrun?.Limit.ToString(), overrun?.Worker);

        async Task<string> AdoptAsync(Job job, int token) => (await store.Attempts.AdoptAsync(
            job, acceptedAt: null, JobModel.Key(0, token).Token, JobModel.Worker, JobModel.Lease, Cancel)).Answer.ToString();

        async Task<string> SubmitAsync(Job job)
        {
            var result = Assert.Single(await store.Jobs.SubmitAsync([job], JobModel.Hold, Cancel));
            return result.IsNew ? "True" : result.Record.Job.Id == job.Id ? "False" : $"held by {result.Record.Job.Id}";
        }
    }

    private async Task<IStores> RoutedStoreAsync(FakeTimeProvider clock)
    {
        var store = await CreateAsync(clock);
        await store.Jobs.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        return store;
    }

    /// <summary>The faces of one store.</summary>
    protected interface IStores
    {
        IJobStore Jobs { get; }

        IAttemptStore Attempts { get; }

        IDispatchStore Dispatch { get; }

        ILimitStore Limits { get; }

        IScheduleStore Schedules { get; }

        IJobLogStore Logs { get; }

        IJobCensus Census { get; }
    }

    /// <summary>A store that wears all of them.</summary>
    protected sealed record Stores<TStore>(TStore Store) : IStores
        where TStore : IJobStore, IAttemptStore, IDispatchStore, ILimitStore, IScheduleStore, IJobLogStore, IJobCensus
    {
        public IJobStore Jobs => Store;

        public IAttemptStore Attempts => Store;

        public IDispatchStore Dispatch => Store;

        public ILimitStore Limits => Store;

        public IScheduleStore Schedules => Store;

        public IJobLogStore Logs => Store;

        public IJobCensus Census => Store;
    }
}
