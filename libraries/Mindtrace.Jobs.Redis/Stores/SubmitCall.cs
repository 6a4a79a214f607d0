using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>What submit.lua is called with.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Values">The other arguments.</param>
internal sealed record SubmitCall(List<RedisKey> Keys, List<RedisValue> Values)
{
    public static SubmitCall Of(JobKeys keyNames, IReadOnlyList<Job> jobs, RedisValue now, TimeSpan hold)
    {
        var keys = new List<RedisKey>(5 + (6 * jobs.Count)) { keyNames.Routes, keyNames.Dispatch, keyNames.Types, keyNames.Limits, keyNames.UniqueKeys };
        var values = new List<RedisValue>(3 + (9 * jobs.Count)) { now, hold.ToMicroseconds(), keyNames.EntriesChannel };
        var unrouted = new Dictionary<JobType, JobRecord>();
        foreach (var job in jobs)
        {
            if (!unrouted.TryGetValue(job.SchemaName, out var refused))
            {
                unrouted[job.SchemaName] = refused = JobStateMachine.Submit(null, job, route: null, hold, DateTimeOffset.UnixEpoch).Record;
            }

            keys.AddRange(
                keyNames.Record(job.Id), keyNames.Body(job.Id), keyNames.Output(job.Id), keyNames.Error(job.Id),
                keyNames.Index(job.SchemaName, JobState.Queued), keyNames.Index(job.SchemaName, JobState.Error));
            values.AddRange(
                job.Id.Value, job.SchemaName.Value, StoredJob.Write(job), RedisJobStore.NotBefore(job), job.MaxAttempts ?? 1,
                refused.Output!.Value.GetRawText(), refused.Error, LimitText.Of(job), JobKeys.UniqueField(job));
        }

        return new SubmitCall(keys, values);
    }
}
