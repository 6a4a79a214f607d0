using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The jobs that have limits to their time: a sorted set has each by when it is to be looked at next.</content>
public sealed partial class RedisJobStore : ILimitStore
{
    private static readonly RedisScript OverrunScript = RedisScript.Load("Stores", "clock", "record", "one", "overrun");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> ListLimitedAsync(int limit, CancellationToken cancellationToken)
    {
        var ids = (string[])(await DueScript.EvaluateAsync(_database, [_keys.Limits], [Now, limit], cancellationToken).ConfigureAwait(false))!;
        var records = await FindAsync(ids.Select(JobId.Parse), cancellationToken).ConfigureAwait(false);
        return [.. records.OfType<JobRecord>()];
    }

    /// <inheritdoc/>
    public async Task<Overrun?> EndOverrunAsync(JobRecord seen, TimeSpan grace, TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var job = seen.Job;
        RedisValue[] reasons =
        [
            JobStateMachine.CancelledReason, JobLimits.Reason(JobLimit.WaitTimeout, job), JobLimits.Reason(JobLimit.Timeout, job),
            JobLimits.Reason(JobLimit.JobTimeout, job), JobLimits.Reason(JobLimit.HeartbeatTimeout, job),
        ];
        var answer = (string[])(await ChangeAsync(
            OverrunScript, job.Id, job.SchemaName, cancellationToken,
            [grace.ToMicroseconds(), retryAfter.ToMicroseconds(), JobStateMachine.KeptAttempts, _keys.StopsChannelPrefix, .. reasons]).ConfigureAwait(false))!;
        return answer[0].Length == 0
            ? null
            : new Overrun(Enum.Parse<JobLimit>(answer[0]), WorkerId.TryParse(answer[1], out var worker) ? worker : null);
    }
}
