using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>
/// The rules of a job's life, as pure functions: a record and a wish in, the next record and an answer out. Whatever stores jobs
/// follows them in one atomic step each. A record that comes out as it went in needs no write.
/// </summary>
/// <remarks>docs/job-lifecycle.md draws the states. The instants given as <c>now</c> are the store's, never a caller's.</remarks>
public static class JobStateMachine
{
    /// <summary>How many ended attempts a record keeps.</summary>
    public const int KeptAttempts = 20;

    /// <summary>The reason in the record of a job that somebody cancelled.</summary>
    public const string CancelledReason = "cancelled on request";

    /// <summary>Accepts a job. A known id changes nothing, and neither does a unique key that another job holds.</summary>
    /// <param name="known">The record under this id, if there is one; else that of the job that holds its unique key, if one does.</param>
    /// <param name="job">The job.</param>
    /// <param name="route">The route of its type, if there is one.</param>
    /// <param name="hold">How long the caller has to publish the job before a relay does.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The record, and whether it is new.</returns>
    public static (JobRecord Record, bool IsNew) Submit(JobRecord? known, Job job, JobRoute? route, TimeSpan hold, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (known is not null)
        {
            return (known, false);
        }

        var due = job.NotBefore > now ? job.NotBefore.Value : now;
        var record = new JobRecord
        {
            Job = job, State = JobState.Queued, AcceptedAt = now, DueAt = due, Route = route, ExpiresAt = due + job.JobTimeout,
            UniqueKey = route is null ? null : job.UniqueKey,
        };
        return route is null
            ? (record with { State = JobState.Error, FinishedAt = now, Error = NoRoute(job.SchemaName), Output = NoRouteOutput(job.SchemaName) }, true)
            : (record with { DispatchAt = due > now ? due : now + hold }, true);
    }

    /// <summary>Starts an attempt, if the job is there to be taken. Repeated with the same token, it answers the same.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="token">The token of the attempt, made by the worker.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="lease">How long the attempt lives without a renewal.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and the answer.</returns>
    public static (JobRecord? Record, ClaimAnswer Answer) Claim(
        JobRecord? record, AttemptToken token, WorkerId worker, TimeSpan lease, DateTimeOffset now) => record switch
        {
            null => (null, ClaimAnswer.Unknown),
            { State: JobState.Running } => (record, record.Token == token ? ClaimAnswer.Claimed : ClaimAnswer.Held),
            { State: not JobState.Queued } => (record, ClaimAnswer.Done),
            _ when record.DueAt > now => (record, ClaimAnswer.NotYet),
            _ => (Begin(record, token, worker, lease, now), ClaimAnswer.Claimed),
        };

    /// <summary>
    /// Makes the record of a job that only a message tells of, and starts an attempt at it. A job that was accepted before the store
    /// was last cleared is none any more.
    /// </summary>
    /// <param name="record">The record, if there is one after all: then this is a claim.</param>
    /// <param name="job">The job in the message.</param>
    /// <param name="keyHeld">Whether another job holds its unique key; then this one runs without.</param>
    /// <param name="acceptedAt">When the store accepted the job; none in messages of foreign publishers.</param>
    /// <param name="clearedAt">When the store was last cleared; none when it never was.</param>
    /// <param name="token">The token of the attempt.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="lease">How long the attempt lives without a renewal.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and the answer.</returns>
    public static (JobRecord? Record, ClaimAnswer Answer) Adopt(
        JobRecord? record, Job job, bool keyHeld, DateTimeOffset? acceptedAt, DateTimeOffset? clearedAt,
        AttemptToken token, WorkerId worker, TimeSpan lease, DateTimeOffset now) =>
        record is null && acceptedAt <= clearedAt
            ? (null, ClaimAnswer.Done)
            : Claim(record ?? Found(job, keyHeld, now), token, worker, lease, now);

    /// <summary>Prolongs the lease of an attempt, also one that has lapsed but was not ended.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="token">The token of the attempt.</param>
    /// <param name="silence">How long ago the attempt last reported progress.</param>
    /// <param name="lease">How long the attempt lives from now on.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and the answer.</returns>
    public static (JobRecord? Record, LeaseAnswer Answer) Renew(
        JobRecord? record, AttemptToken token, TimeSpan silence, TimeSpan lease, DateTimeOffset now)
    {
        if (!Holds(record, token))
        {
            return (record, LeaseAnswer.Stale);
        }

        var renewed = record with { LeaseExpiresAt = now + lease };
        return (record.Job.HeartbeatTimeout is null ? renewed : renewed with { ProgressAt = now - silence, Silence = silence },
            record.CancelRequested ? LeaseAnswer.CancelRequested : LeaseAnswer.Renewed);
    }

    /// <summary>Ends an attempt with its outcome. Only the standing attempt can; repeated by it, the first outcome stands.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="token">The token of the attempt.</param>
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and whether the outcome of this attempt is recorded.</returns>
    public static (JobRecord? Record, bool Accepted) Finish(JobRecord? record, AttemptToken token, JobOutcome outcome, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (!Holds(record, token))
        {
            var repeated = record?.Token == token && record.Ended is AttemptEnd.Completed or AttemptEnd.Failed or AttemptEnd.Cancelled;
            return (record, repeated);
        }

        var ended = record with { LeaseExpiresAt = null, Provenance = outcome.Provenance };
        return (outcome switch
        {
            JobOutcome.Completed completed => Close(
                ended with { Ended = AttemptEnd.Completed, Output = completed.Output, Error = null }, JobState.Completed, now),
            _ when record.CancelRequested => Close(
                EndAttempt(ended, AttemptEnd.Cancelled, CancelledReason, now) with { Output = IsEmpty(outcome.Output) ? record.Output : outcome.Output },
                JobState.Cancelled, now),
            JobOutcome.Failed failed when record.Failures + 1 < (record.Job.MaxAttempts ?? 1) => Queue(
                EndAttempt(ended, AttemptEnd.Failed, failed.Reason, now) with { Failures = record.Failures + 1, Output = failed.Output },
                now + (failed.RetryAfter ?? TimeSpan.Zero)),
            JobOutcome.Failed failed => Bury(
                EndAttempt(ended, AttemptEnd.Failed, failed.Reason, now) with { Failures = record.Failures + 1, Output = failed.Output },
                JobState.Failed, now),
            JobOutcome.Rejected rejected => Bury(
                EndAttempt(ended, AttemptEnd.Failed, rejected.Reason, now) with { Failures = record.Failures + 1, Output = rejected.Output },
                JobState.Failed, now),
            JobOutcome.NotRunnable notRunnable => Bury(
                EndAttempt(ended, AttemptEnd.Failed, notRunnable.Reason, now) with { Failures = record.Failures + 1, Output = notRunnable.Output },
                JobState.Error, now),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        }, true);
    }

    /// <summary>Tells whether an attempt produced nothing. What an earlier one produced then stands.</summary>
    private static bool IsEmpty(JsonElement output) => output.ValueKind == JsonValueKind.Object && !output.EnumerateObject().Any();

    /// <summary>Gives a job back unfinished, at no cost to the job: it is queued and due at once.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="token">The token of the attempt.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and whether the job was given back by this attempt.</returns>
    public static (JobRecord? Record, bool Accepted) Release(JobRecord? record, AttemptToken token, DateTimeOffset now)
    {
        if (!Holds(record, token))
        {
            return (record, record?.Token == token && record.Ended == AttemptEnd.Released);
        }

        var released = record with { Ended = AttemptEnd.Released, LeaseExpiresAt = null };
        return (record.CancelRequested
            ? Close(EndAttempt(released, AttemptEnd.Released, CancelledReason, now), JobState.Cancelled, now)
            : Queue(released with { Attempt = record.Attempt - 1 }, now), true);
    }

    /// <summary>Ends an attempt whose worker is lost, if nobody renewed or ended it since it was looked at.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="token">The token that was seen.</param>
    /// <param name="leaseExpiresAt">The lease that was seen.</param>
    /// <param name="reason">What is known of the loss, for people.</param>
    /// <param name="maxDeaths">How many lost workers a job may cost before it is taken for the cause, unless it says so itself.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and whether the attempt was ended.</returns>
    public static (JobRecord? Record, bool Reaped) Reap(
        JobRecord? record, AttemptToken token, DateTimeOffset leaseExpiresAt, string reason, int maxDeaths, DateTimeOffset now)
    {
        if (!Holds(record, token) || record.LeaseExpiresAt != leaseExpiresAt)
        {
            return (record, false);
        }

        var dead = EndAttempt(record with { LeaseExpiresAt = null }, AttemptEnd.Died, reason, now) with { Deaths = record.Deaths + 1 };
        return (record.CancelRequested ? Close(dead with { Error = CancelledReason }, JobState.Cancelled, now)
            : dead.Deaths > (record.Job.MaxDeaths ?? maxDeaths) ? Bury(dead, JobState.Error, now)
            : Queue(dead, now), true);
    }

    /// <summary>Cancels a job: at once while it is queued, by a request to its worker while it runs.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and the answer.</returns>
    public static (JobRecord? Record, CancelAnswer Answer) Cancel(JobRecord? record, DateTimeOffset now) => record?.State switch
    {
        null => (null, CancelAnswer.Unknown),
        JobState.Queued => (Close(record with { Error = CancelledReason }, JobState.Cancelled, now), CancelAnswer.Cancelled),
        JobState.Running => (record with { CancelRequestedAt = record.CancelRequestedAt ?? now }, CancelAnswer.Requested),
        _ => (record, CancelAnswer.AlreadyFinal),
    };

    /// <summary>Ends a job that has overrun one of its limits, or the attempt that has.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="grace">How long an attempt may take to stop after a request to cancel it, or after it has overrun a limit.</param>
    /// <param name="retryAfter">The wait before the next attempt, if one is left.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and the limit that was overrun; none when none was.</returns>
    public static (JobRecord? Record, JobLimit? Limit) EndOverrun(JobRecord? record, TimeSpan grace, TimeSpan retryAfter, DateTimeOffset now)
    {
        if (record is null || JobLimits.First(record, grace) is not { } first || first.At > now)
        {
            return (record, null);
        }

        var reason = JobLimits.Reason(first.Limit, record.Job);
        return (record.State == JobState.Queued
            ? Bury(record with { Error = reason }, first.Limit == JobLimit.WaitTimeout ? JobState.Error : JobState.Failed, now)
            : EndOverrunAttempt(record, first.Limit, reason, now + retryAfter, now), first.Limit);
    }

    /// <summary>Cancels a job if it is still queued.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and whether the job was cancelled.</returns>
    public static (JobRecord? Record, bool Cancelled) CancelQueued(JobRecord? record, string reason, DateTimeOffset now) =>
        record is { State: JobState.Queued } ? (Close(record with { Error = reason }, JobState.Cancelled, now), true) : (record, false);

    /// <summary>Takes a dead letter back into the queue, as if it had never been tried.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="payload">A payload in place of the job's; none to leave it as it is.</param>
    /// <param name="route">The present route of its type, if there is one.</param>
    /// <param name="keyHeld">Whether another job holds its unique key.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and the answer.</returns>
    public static (JobRecord? Record, RequeueAnswer Answer) Requeue(
        JobRecord? record, JsonElement? payload, JobRoute? route, bool keyHeld, DateTimeOffset now) => record switch
    {
        null => (null, RequeueAnswer.Unknown),
        { IsDeadLetter: false } => (record, RequeueAnswer.NotDeadLetter),
        _ when route is null => (record, RequeueAnswer.NoRoute),
        _ when keyHeld => (record, RequeueAnswer.KeyHeld),
        _ => (Queue(
            record with
            {
                Job = record.Job with { Payload = payload ?? record.Job.Payload }, UniqueKey = record.Job.UniqueKey,
                Route = route, IsDeadLetter = false, Attempt = 0, Failures = 0, Deaths = 0, Token = null, Ended = null, Worker = null,
                StartedAt = null, FinishedAt = null, Output = null, Error = null, Provenance = null, ExpiresAt = now + record.Job.JobTimeout,
            },
            now), RequeueAnswer.Requeued),
    };

    /// <summary>Takes a job out of the dead-letter queue; the job keeps its final state.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <returns>The next record, and whether the job was a dead letter.</returns>
    public static (JobRecord? Record, bool Discarded) Discard(JobRecord? record) =>
        record is { IsDeadLetter: true } ? (record with { IsDeadLetter = false }, true) : (record, false);

    /// <summary>Tells whether a job may be forgotten for its age.</summary>
    /// <param name="record">The record.</param>
    /// <param name="until">The time until which it must have become final.</param>
    /// <returns>Whether it is final since then, and no dead letter.</returns>
    public static bool IsExpired(JobRecord record, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.State.IsFinal() && !record.IsDeadLetter && record.FinishedAt <= until;
    }

    /// <summary>Takes the job for publishing, if it is to be published now.</summary>
    /// <param name="record">The record.</param>
    /// <param name="hold">How long the taker has to publish the job before another takes it.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and whether the job was taken.</returns>
    public static (JobRecord Record, bool Taken) TakeDue(JobRecord record, TimeSpan hold, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.DispatchAt <= now ? (record with { DispatchAt = now + hold }, true) : (record, false);
    }

    /// <summary>Notes that the job was published, unless it is to be published again since.</summary>
    /// <param name="record">The record, if there is one.</param>
    /// <param name="dispatchAt">What <see cref="JobRecord.DispatchAt"/> said when the job was taken.</param>
    /// <returns>The next record.</returns>
    public static JobRecord? ConfirmDispatch(JobRecord? record, DateTimeOffset dispatchAt) =>
        record?.DispatchAt == dispatchAt ? record with { DispatchAt = null } : record;

    /// <summary>Has a job published again whose message is lost: one that is queued and due, and not about to be published.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The next record, and whether the job is to be published.</returns>
    public static (JobRecord Record, bool Made) Redispatch(JobRecord record, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record is { State: JobState.Queued, DispatchAt: null } && record.DueAt <= now ? (record with { DispatchAt = now }, true) : (record, false);
    }

    private static bool Holds([NotNullWhen(true)] JobRecord? record, AttemptToken token) =>
        record is { State: JobState.Running } && record.Token == token;

    private static JobRecord Found(Job job, bool keyHeld, DateTimeOffset now)
    {
        var record = Submit(null, job, JobRoute.Queue, TimeSpan.Zero, now).Record;
        return keyHeld ? record with { UniqueKey = null } : record;
    }

    private static JobRecord Begin(JobRecord record, AttemptToken token, WorkerId worker, TimeSpan lease, DateTimeOffset now) => record with
    {
        State = JobState.Running, Attempt = record.Attempt + 1, Token = token, Ended = null, Worker = worker,
        StartedAt = now, LeaseExpiresAt = now + lease, DispatchAt = null,
        ProgressAt = record.Job.HeartbeatTimeout is null ? null : now,
        Silence = record.Job.HeartbeatTimeout is null ? null : TimeSpan.Zero,
    };

    private static JobRecord EndOverrunAttempt(JobRecord record, JobLimit limit, string reason, DateTimeOffset retryAt, DateTimeOffset now)
    {
        var stopped = EndAttempt(record with { LeaseExpiresAt = null }, AttemptEnd.Stopped, reason, now);
        if (limit == JobLimit.CancelGrace)
        {
            return Close(stopped, JobState.Cancelled, now);
        }

        var failed = stopped with { Failures = record.Failures + 1 };
        return limit != JobLimit.JobTimeout && failed.Failures < (record.Job.MaxAttempts ?? 1)
            ? Queue(failed, retryAt)
            : Bury(failed, JobState.Failed, now);
    }

    private static JobRecord EndAttempt(JobRecord record, AttemptEnd end, string reason, DateTimeOffset now)
    {
        var attempt = new AttemptRecord(record.Attempt, record.Worker!.Value, record.StartedAt!.Value, now, end, reason);
        return record with { Ended = end, Error = reason, Attempts = [.. record.Attempts.Append(attempt).TakeLast(KeptAttempts)] };
    }

    private static JobRecord Queue(JobRecord record, DateTimeOffset due) =>
        record with { State = JobState.Queued, DueAt = due, DispatchAt = due, CancelRequestedAt = null };

    private static JobRecord Close(JobRecord record, JobState state, DateTimeOffset now) =>
        record with { State = state, FinishedAt = now, DispatchAt = null, UniqueKey = null };

    private static JobRecord Bury(JobRecord record, JobState state, DateTimeOffset now) =>
        Close(record, state, now) with { IsDeadLetter = true };

    private static string NoRoute(JobType type) => $"No job schema targeting found for job type {type}";

    private static JsonElement NoRouteOutput(JobType type) =>
        JsonElement.Parse($$"""{"error":"{{NoRoute(type)}}"}""");
}
