using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The logs of jobs: a sorted set has the latest parts of each by the number of their first line, a list what was moved.</content>
public sealed partial class RedisJobStore : IJobLogStore
{
    private static readonly RedisScript AppendLogScript = RedisScript.Load("Stores", "clock", "append_log");
    private static readonly RedisScript ReadLogScript = RedisScript.Load("Stores", "read_log");
    private static readonly RedisScript TakeLogsScript = RedisScript.Load("Stores", "clock", "take_logs");
    private static readonly RedisScript MoveLogScript = RedisScript.Load("Stores", "move_log");

    /// <inheritdoc/>
    public async Task<bool> AppendAsync(AttemptKey attempt, JobLogAppend lines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var id = attempt.JobId;
        return (bool)await AppendLogScript.EvaluateAsync(
            _database, [_keys.Record(id), _keys.Log(id), _keys.LogsToMove],
            [
                Now, id.Value, _keys.LinesChannel(id), attempt.Token.Value, lines.Number, lines.Text, lines.Lines, lines.IsLast,
                JobLogRules.MoveAtBytes, JobLogRules.MoveAfterSilence.ToMicroseconds(),
                .. lines.Limit is { } limit ? (RedisValue[])[limit.MaxBytes, limit.Bytes, limit.Notice] : [],
            ],
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<JobLogParts?> ReadAsync(JobId id, long from, CancellationToken cancellationToken)
    {
        var answer = await ReadLogScript.EvaluateAsync(
            _database, [_keys.Record(id), _keys.Log(id), _keys.LogMoved(id)], [from], cancellationToken).ConfigureAwait(false);
        if (answer.IsNull)
        {
            return null;
        }

        var parts = (RedisResult[])answer!;
        return new JobLogParts(
            $"{id}/{(string)parts[0]!}",
            [.. ((string[])parts[1]!).Select(ReadRange)],
            [.. ((byte[][])parts[2]!).Select(ReadPart).Where(part => part.Lines.Last >= from)]);
    }

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> ListenForLinesAsync(JobId id, Action onLines, CancellationToken cancellationToken) =>
        await SubscribeAsync(_keys.LinesChannel(id), _ => onLines(), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobId>> TakeLogsToMoveAsync(int limit, TimeSpan hold, CancellationToken cancellationToken)
    {
        var ids = (string[])(await TakeLogsScript.EvaluateAsync(
            _database, [_keys.LogsToMove], [Now, limit, hold.ToMicroseconds()], cancellationToken).ConfigureAwait(false))!;
        return [.. ids.Select(JobId.Parse)];
    }

    /// <inheritdoc/>
    public async Task<bool> MoveAsync(JobId id, JobLogRange lines, CancellationToken cancellationToken) => (bool)await MoveLogScript.EvaluateAsync(
        _database, [_keys.Record(id), _keys.Log(id), _keys.LogMoved(id), _keys.LogsToMove], [id.Value, lines.First, lines.Last],
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListForgottenAsync(int limit, CancellationToken cancellationToken)
    {
        var homes = await RedisOutage.MapAsync(
            _database, database => database.SetRandomMembersAsync(_keys.Forgotten, limit), cancellationToken).ConfigureAwait(false);
        return homes.ToStringArray()!;
    }

    /// <inheritdoc/>
    public Task ConfirmForgottenAsync(string home, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.SetRemoveAsync(_keys.Forgotten, home), cancellationToken);

    private static JobLogRange ReadRange(string range)
    {
        var parts = range.Split('-');
        return new JobLogRange(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Reads a part as append_log.lua wrote it: number of its first line and of lines, then the lines.</summary>
    private static JobLogPart ReadPart(byte[] part)
    {
        var head = Array.IndexOf(part, (byte)'\n');
        var parts = Encoding.ASCII.GetString(part, 0, head).Split(' ');
        var (first, count) = (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
        return new JobLogPart(new JobLogRange(first, first + count - 1), part.AsMemory(head + 1));
    }
}
