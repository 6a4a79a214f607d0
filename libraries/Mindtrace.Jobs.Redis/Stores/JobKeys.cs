using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The keys and channels of the job store. docs/architecture.md lists them.</summary>
internal sealed class JobKeys(RedisKeySpace space)
{
    public RedisKey Routes { get; } = space.Key("routes");

    public RedisKey Types { get; } = space.Key("types");

    public RedisKey Cleared { get; } = space.Key("cleared");

    public RedisKey Leases { get; } = space.Key("leases");

    public RedisKey Dispatch { get; } = space.Key("dispatch");

    public RedisKey DeadLetters { get; } = space.Key("dead-letters");

    public RedisKey Limits { get; } = space.Key("limits");

    public RedisKey UniqueKeys { get; } = space.Key("unique-keys");

    public RedisKey Schedules { get; } = space.Key("schedules");

    public RedisKey SchedulesNext { get; } = space.Key("schedules:next");

    public RedisKey SchedulesLast { get; } = space.Key("schedules:last");

    public RedisKey LogsToMove { get; } = space.Key("logs:move");

    public RedisKey Forgotten { get; } = space.Key("logs:forgotten");

    public string EntriesChannel { get; } = space.Prefix + "entries";

    public string StopsChannelPrefix { get; } = space.Prefix + "stops:";

    public string EventsChannel { get; } = space.Prefix + "events";

    public RedisKey Record(JobId id) => space.Key($"job:{id}");

    public RedisKey Body(JobId id) => space.Key($"job:{id}:body");

    public RedisKey Output(JobId id) => space.Key($"job:{id}:output");

    public RedisKey Error(JobId id) => space.Key($"job:{id}:error");

    public RedisKey Attempts(JobId id) => space.Key($"job:{id}:attempts");

    public RedisKey Provenance(JobId id) => space.Key($"job:{id}:provenance");

    public RedisKey Log(JobId id) => space.Key($"job:{id}:log");

    public RedisKey LogMoved(JobId id) => space.Key($"job:{id}:log:moved");

    /// <summary>The indexes of a type, in the order of <see cref="JobState"/>.</summary>
    public RedisKey[] Indexes(JobType type) => [.. Enum.GetValues<JobState>().Select(state => Index(type, state))];

    public RedisKey Index(JobType type, JobState state) => space.Key($"index:{type}:{Name(state)}");

    public string LinesChannel(JobId id) => $"{space.Prefix}lines:{id}";

    /// <summary>Gets the keys that all jobs share, in the order that record.lua names them.</summary>
    public RedisKey[] Shared => [Leases, Dispatch, Limits, DeadLetters, UniqueKeys];

    /// <summary>The keys for the scripts that change one job.</summary>
    public RedisKey[] Job(JobId id, JobType type, params ReadOnlySpan<RedisKey> more) => [.. Shared, .. Own(id, type), .. more];

    /// <summary>The keys of one job's own, in the order that record.lua names them.</summary>
    public RedisKey[] Own(JobId id, JobType type) =>
    [
        .. OwnOfClaim(id, type), Index(type, JobState.Completed), Index(type, JobState.Failed), Index(type, JobState.Error),
        Index(type, JobState.Cancelled), Body(id), Output(id), Error(id), Attempts(id), Provenance(id),
    ];

    /// <summary>The first of them, which are those that a claim touches.</summary>
    public RedisKey[] OwnOfClaim(JobId id, JobType type) => [Record(id), Index(type, JobState.Queued), Index(type, JobState.Running)];

    /// <summary>The field of <see cref="UniqueKeys"/> that a job takes; empty for a job without a unique key. A type has no bar in its name.</summary>
    public static string UniqueField(Job job) => job.UniqueKey is null ? "" : $"{job.SchemaName}|{job.UniqueKey}";

    public static string Name(JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Completed => "completed",
        JobState.Failed => "failed",
        JobState.Error => "error",
        JobState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
