using System.Globalization;

namespace Mindtrace.Jobs;

/// <content>The logs of jobs.</content>
public sealed partial class InMemoryJobStore : IJobLogStore
{
    private readonly Dictionary<JobId, Log> _logs = [];
    private readonly HashSet<string> _forgottenHomes = [];
    private readonly List<(JobId Id, Action OnLines)> _lineListeners = [];

    /// <inheritdoc/>
    public Task<bool> AppendAsync(AttemptKey attempt, JobLogAppend lines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Action[] listeners;
        lock (_gate)
        {
            if (_records.GetValueOrDefault(attempt.JobId) is not { State: JobState.Running } record || record.Token != attempt.Token)
            {
                return Task.FromResult(false);
            }

            if (!_logs.TryGetValue(attempt.JobId, out var log))
            {
                _logs[attempt.JobId] = log = new Log(HomeOf(record));
            }

            log.Append(attempt.Token, lines, time.GetUtcNow());
            listeners = [.. _lineListeners.Where(listener => listener.Id == attempt.JobId).Select(listener => listener.OnLines)];
        }

        foreach (var listener in listeners)
        {
            listener();
        }

        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task<JobLogParts?> ReadAsync(JobId id, long from, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(
                _logs.TryGetValue(id, out var log) ? new JobLogParts(log.Home, [.. log.Moved], [.. log.Latest.Where(part => part.Lines.Last >= from)])
                : _records.TryGetValue(id, out var record) ? new JobLogParts(HomeOf(record), [], [])
                : null);
        }
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenForLinesAsync(JobId id, Action onLines, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(Listen(_lineListeners, (id, onLines)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobId>> TakeLogsToMoveAsync(int limit, TimeSpan hold, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var due = _logs.Where(it => it.Value.MoveAt <= now).OrderBy(it => it.Value.MoveAt).Take(limit).ToList();
            due.ForEach(it => it.Value.MoveAt = now + hold);
            return Task.FromResult<IReadOnlyList<JobId>>([.. due.Select(it => it.Key)]);
        }
    }

    /// <inheritdoc/>
    public Task<bool> MoveAsync(JobId id, JobLogRange lines, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_logs.TryGetValue(id, out var log) && log.Move(lines));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListForgottenAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. _forgottenHomes.Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public Task ConfirmForgottenAsync(string home, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _forgottenHomes.Remove(home);
        }

        return Task.CompletedTask;
    }

    private static string HomeOf(JobRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Job.Id}/{(record.AcceptedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}");

    private void ForgetLog(JobId id)
    {
        if (_logs.Remove(id, out var log))
        {
            _forgottenHomes.Add(log.Home);
        }
    }

    private sealed class Log(string home)
    {
        private (AttemptToken Token, int Number) _latestAppend;
        private (AttemptToken Token, long Bytes, bool IsFull) _kept;
        private long _lines;

        public string Home { get; } = home;

        public List<JobLogRange> Moved { get; } = [];

        public List<JobLogPart> Latest { get; } = [];

        public DateTimeOffset? MoveAt { get; set; }

        public void Append(AttemptToken token, JobLogAppend lines, DateTimeOffset now)
        {
            if (_latestAppend == (token, lines.Number))
            {
                return;
            }

            _latestAppend = (token, lines.Number);
            var (count, text) = Limit(token, lines);
            if (count > 0)
            {
                Latest.Add(new JobLogPart(new JobLogRange(_lines + 1, _lines + count), text.ToArray()));
                _lines += count;
            }

            MoveAt = Latest.Count == 0 ? null
                : lines.IsLast || Latest.Sum(part => part.Text.Length) >= JobLogRules.MoveAtBytes ? now
                : now + JobLogRules.MoveAfterSilence;
        }

        public bool Move(JobLogRange lines)
        {
            if (Latest is not [{ Lines.First: var first }, ..] || first != lines.First)
            {
                return false;
            }

            Latest.RemoveAll(part => part.Lines.Last <= lines.Last);
            Moved.Add(lines);
            MoveAt = Latest.Count == 0 ? null : MoveAt;
            return true;
        }

        /// <returns>What is left of the lines by the limit of the attempt.</returns>
        private (int Count, ReadOnlyMemory<byte> Text) Limit(AttemptToken token, JobLogAppend lines)
        {
            if (lines is not { Limit: { } limit, Lines: > 0 })
            {
                return (lines.Lines, lines.Text);
            }

            var kept = _kept.Token == token ? _kept : (token, 0, false);
            if (kept.IsFull)
            {
                return (0, default);
            }

            var isFull = kept.Bytes + limit.Bytes > limit.MaxBytes;
            _kept = (token, kept.Bytes + limit.Bytes, isFull);
            return isFull ? (1, limit.Notice) : (lines.Lines, lines.Text);
        }
    }
}
