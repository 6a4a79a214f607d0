using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The attempts, and what stops them.</content>
public sealed partial class RedisJobStore : IAttemptStore
{
    private static readonly RedisScript ClaimScript = RedisScript.Load("Stores", "clock", "record", "start", "claim");
    private static readonly RedisScript AdoptScript = RedisScript.Load("Stores", "clock", "record", "one", "accept", "start", "adopt");
    private static readonly RedisScript FinishScript = RedisScript.Load("Stores", "clock", "record", "finish");
    private static readonly RedisScript ReleaseScript = RedisScript.Load("Stores", "clock", "record", "one", "release");
    private static readonly RedisScript ReapScript = RedisScript.Load("Stores", "clock", "record", "one", "reap");
    private static readonly RedisScript RenewScript = RedisScript.Load("Stores", "clock", "renew");
    private static readonly RedisScript DueScript = RedisScript.Load("Stores", "clock", "due");

    private readonly CallBatcher<Claim, ClaimResult> _claims;
    private readonly CallBatcher<Finish, bool> _finishes;

    /// <inheritdoc/>
    public Task<ClaimResult> ClaimAsync(AttemptKey attempt, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken) =>
        _claims.CallAsync(new Claim(attempt, worker, lease), cancellationToken);

    /// <inheritdoc/>
    public async Task<ClaimResult> AdoptAsync(
        Job job, DateTimeOffset? acceptedAt, AttemptToken token, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return ReadClaim(await ChangeAsync(
            AdoptScript, _keys.Job(job.Id, job.SchemaName, _keys.Types, _keys.Cleared), job.Id, cancellationToken,
            token.Value, worker.Value, lease.ToMicroseconds(), job.SchemaName.Value, StoredJob.Write(job), NotBefore(job),
            job.MaxAttempts ?? 1, JobRoute.Queue.Target, acceptedAt?.ToMicroseconds() ?? RedisValue.EmptyString,
            LimitText.Of(job), JobKeys.UniqueField(job)).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<bool> FinishAsync(AttemptKey attempt, JobOutcome outcome, CancellationToken cancellationToken) =>
        _finishes.CallAsync(new Finish(attempt, outcome), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReleaseAsync(AttemptKey attempt, CancellationToken cancellationToken) => (bool)await ChangeAsync(
        ReleaseScript, attempt.JobId, attempt.JobType, cancellationToken,
        attempt.Token.Value, JobStateMachine.KeptAttempts, JobStateMachine.CancelledReason).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LeaseAnswer>> RenewAsync(
        IReadOnlyList<LeaseRenewal> renewals, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(renewals);
        if (renewals.Count == 0)
        {
            return [];
        }

        RedisKey[] keys = [_keys.Leases, .. renewals.Select(it => _keys.Record(it.Attempt.JobId))];
        RedisValue[] values =
        [
            Now, lease.ToMicroseconds(),
            .. renewals.SelectMany(it => new RedisValue[] { it.Attempt.JobId.Value, it.Attempt.Token.Value, it.Silence.ToMicroseconds() }),
        ];
        var answers = (string[])(await RenewScript.EvaluateAsync(_database, keys, values, cancellationToken).ConfigureAwait(false))!;
        return [.. answers.Select(Enum.Parse<LeaseAnswer>)];
    }

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> ListenForStopsAsync(
        WorkerId worker, Action<AttemptToken, LeaseAnswer> onStop, CancellationToken cancellationToken)
    {
        return await SubscribeAsync(_keys.StopsChannelPrefix + worker, Read, cancellationToken).ConfigureAwait(false);

        void Read(RedisValue message)
        {
            var parts = ((string)message!).Split(' ', 2);
            onStop(AttemptToken.Parse(parts[1]), Enum.Parse<LeaseAnswer>(parts[0]));
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunningAttempt>> ListLapsedAsync(int limit, CancellationToken cancellationToken)
    {
        var ids = (string[])(await DueScript.EvaluateAsync(_database, [_keys.Leases], [Now, limit], cancellationToken).ConfigureAwait(false))!;
        return await FindRunningAsync(ids, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunningAttempt>> ListRunningAsync(WorkerId? worker, CancellationToken cancellationToken)
    {
        var ids = await RedisOutage.MapAsync(_database, database => database.SortedSetRangeByRankAsync(_keys.Leases), cancellationToken).ConfigureAwait(false);
        var running = await FindRunningAsync(ids.ToStringArray()!, cancellationToken).ConfigureAwait(false);
        return worker is null ? running : [.. running.Where(attempt => attempt.Worker == worker)];
    }

    /// <inheritdoc/>
    public async Task<bool> ReapAsync(RunningAttempt attempt, string reason, int maxDeaths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return (bool)await ChangeAsync(
            ReapScript, attempt.Key.JobId, attempt.Key.JobType, cancellationToken,
            attempt.Key.Token.Value, attempt.LeaseExpiresAt.ToMicroseconds(), reason, maxDeaths, JobStateMachine.KeptAttempts,
            JobStateMachine.CancelledReason).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ClaimResult>> ClaimAsync(IReadOnlyList<Claim> claims)
    {
        var answers = await ChangeAsync(
            ClaimScript,
            [.. claims.SelectMany(it => _keys.OwnOfClaim(it.Attempt.JobId, it.Attempt.JobType))],
            [.. claims.SelectMany(it => new RedisValue[] { it.Attempt.JobId.Value, it.Attempt.Token.Value, it.Worker.Value, it.Lease.ToMicroseconds() })])
            .ConfigureAwait(false);
        return [.. answers.Select(ReadClaim)];
    }

    private async Task<IReadOnlyList<bool>> FinishAsync(IReadOnlyList<Finish> finishes)
    {
        var answers = await ChangeAsync(
            FinishScript,
            [.. finishes.SelectMany(it => _keys.Own(it.Attempt.JobId, it.Attempt.JobType))],
            [JobStateMachine.KeptAttempts, JobStateMachine.CancelledReason, .. finishes.SelectMany(Values)]).ConfigureAwait(false);
        return [.. answers.Select(answer => (bool)answer)];

        static RedisValue[] Values(Finish finish)
        {
            var (kind, reason, retryAfter) = finish.Outcome switch
            {
                JobOutcome.Completed => ("Completed", "", TimeSpan.Zero),
                JobOutcome.Failed failed => ("Failed", failed.Reason, failed.RetryAfter ?? TimeSpan.Zero),
                JobOutcome.Rejected rejected => ("Rejected", rejected.Reason, TimeSpan.Zero),
                JobOutcome.NotRunnable notRunnable => ("NotRunnable", notRunnable.Reason, TimeSpan.Zero),
                _ => throw new ArgumentOutOfRangeException(nameof(finish)),
            };
            return
            [
                finish.Attempt.JobId.Value, finish.Attempt.Token.Value, kind, JsonMarshal.GetRawUtf8Value(finish.Outcome.Output).ToArray(), reason,
                retryAfter.ToMicroseconds(), Provenance(finish.Outcome),
            ];
        }
    }

    /// <summary>Runs a transition on several jobs.</summary>
    /// <param name="script">The script, which answers for each job.</param>
    /// <param name="own">The keys of the jobs' own.</param>
    /// <param name="values">The script's own arguments.</param>
    private async Task<RedisResult[]> ChangeAsync(RedisScript script, RedisKey[] own, RedisValue[] values) => (RedisResult[])(await script.EvaluateAsync(
        _database, [.. _keys.Shared, .. own], [Now, _keys.EntriesChannel, _keys.EventsChannel, .. values], CancellationToken.None).ConfigureAwait(false))!;

    private static RedisValue Provenance(JobOutcome outcome) => outcome.Provenance is { } provenance
        ? JsonSerializer.SerializeToUtf8Bytes(provenance, JobsJson.Default.JobProvenance)
        : RedisValue.EmptyString;

    private static ClaimResult ReadClaim(RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        return new ClaimResult(Parse<ClaimAnswer>(parts[0]), (int)parts[1], (int)parts[2])
        {
            TimeLeft = parts.Length > 3 && (string)parts[3]! is { Length: > 0 } left
                ? TimeSpan.FromMicroseconds(long.Parse(left, CultureInfo.InvariantCulture))
                : null,
        };
    }

    /// <summary>Reads the attempts behind the leases; each is checked again by the script that ends it.</summary>
    private async Task<IReadOnlyList<RunningAttempt>> FindRunningAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(ids.Select(JobId.Parse).Select(FindAsync)).ConfigureAwait(false);
        return [.. found.OfType<RunningAttempt>()];

        async Task<RunningAttempt?> FindAsync(JobId id)
        {
            var fields = await RedisOutage.MapAsync(
                _database,
                database => database.HashGetAsync(_keys.Record(id), ["status", "type", "token", "worker", "lease"]),
                cancellationToken).ConfigureAwait(false);
            return fields[0] != "running"
                ? null
                : new RunningAttempt(
                    new AttemptKey(id, JobType.Parse(fields[1]!), AttemptToken.Parse(fields[2]!)), WorkerId.Parse(fields[3]!),
                    StoreTime.ToTime((long)fields[4]));
        }
    }

    private sealed record Claim(AttemptKey Attempt, WorkerId Worker, TimeSpan Lease);

    private sealed record Finish(AttemptKey Attempt, JobOutcome Outcome);
}
