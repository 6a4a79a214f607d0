using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The schedules of recurring jobs.</content>
public sealed partial class RedisJobStore : IScheduleStore
{
    private static readonly RedisScript FireScript = RedisScript.Load("Stores", "clock", "accept", "fire_begin", "submit", "fire_end");
    private static readonly RedisScript SaveScheduleScript = RedisScript.Load("Stores", "save_schedule");
    private static readonly RedisScript RemoveScheduleScript = RedisScript.Load("Stores", "remove_schedule");
    private static readonly RedisScript FindSchedulesScript = RedisScript.Load("Stores", "clock", "find_schedules");

    private RedisKey[] ScheduleKeys => [_keys.Schedules, _keys.SchedulesNext, _keys.SchedulesLast];

    /// <inheritdoc/>
    public Task SaveScheduleAsync(JobSchedule schedule, DateTimeOffset nextAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return SaveScheduleScript.EvaluateAsync(
            _database, ScheduleKeys,
            [schedule.Name.Value, JsonSerializer.SerializeToUtf8Bytes(schedule, JobsJson.Default.JobSchedule), nextAt.ToMicroseconds()],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<KnownSchedule?> FindScheduleAsync(ScheduleName name, CancellationToken cancellationToken) =>
        (await FindSchedulesAsync("one", name.Value, cancellationToken).ConfigureAwait(false)).Schedules.SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KnownSchedule>> ListSchedulesAsync(CancellationToken cancellationToken)
    {
        var (schedules, _) = await FindSchedulesAsync("all", "", cancellationToken).ConfigureAwait(false);
        return [.. schedules.OrderBy(it => it.Schedule.Name.Value, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveScheduleAsync(ScheduleName name, CancellationToken cancellationToken) =>
        (bool)await RemoveScheduleScript.EvaluateAsync(_database, ScheduleKeys, [name.Value], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<KnownSchedule> Due, DateTimeOffset Now)> ListDueSchedulesAsync(CancellationToken cancellationToken) =>
        FindSchedulesAsync("due", "", cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SubmitResult>?> FireAsync(
        KnownSchedule seen, DateTimeOffset lastAt, DateTimeOffset? nextAt, IReadOnlyList<Job> jobs, TimeSpan hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(jobs);
        var submit = SubmitCall.Of(_keys, jobs, Now, hold);
        RedisValue[] fire =
        [
            seen.Schedule.Name.Value, seen.Revision, seen.NextAt?.ToMicroseconds() ?? RedisValue.EmptyString,
            nextAt?.ToMicroseconds() ?? RedisValue.EmptyString, lastAt.ToMicroseconds(),
        ];
        var answer = await FireScript.EvaluateAsync(
            _database, [.. submit.Keys, .. ScheduleKeys], [.. submit.Values, .. fire], cancellationToken).ConfigureAwait(false);
        return answer.IsNull ? null : await ReadSubmitAsync(jobs, (RedisResult[])answer!, hold, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(IReadOnlyList<KnownSchedule> Schedules, DateTimeOffset Now)> FindSchedulesAsync(
        string which, string name, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])(await FindSchedulesScript.EvaluateAsync(
            _database, ScheduleKeys, [Now, which, name], cancellationToken).ConfigureAwait(false))!;
        var found = ((RedisResult[])answer[1]!).Select(entry =>
        {
            // The text as it is stored tells versions apart: written again by another version of this program, it could differ.
            var parts = (string[])entry!;
            return new KnownSchedule(
                JsonSerializer.Deserialize(parts[0], JobsJson.Default.JobSchedule)!, StoreTime.ToTimeOrNull(parts[1]), StoreTime.ToTimeOrNull(parts[2]), parts[0]);
        });
        return ([.. found], StoreTime.ToTime((string)answer[0]!));
    }
}
