using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>Takes lines when the test lets it, and is away for so many calls.</summary>
internal sealed class FaultyLogStore : IJobLogStore
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<JobLogLine> _lines = [];

    public int FaultsLeft { get; set; }

    /// <summary>Ends with the first append.</summary>
    public Task Asked => _asked.Task;

    public IReadOnlyList<JobLogLine> Lines => _lines;

    public void Open() => _open.SetResult();

    public async Task<bool> AppendAsync(AttemptKey attempt, JobLogAppend lines, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await _open.Task;
        if (FaultsLeft > 0)
        {
            FaultsLeft--;
            throw new JobBackendUnavailableException("The store is away.");
        }

        _lines.AddRange(JobLogText.Read(lines.Text, _lines.Count + 1));
        return true;
    }

    public Task<JobLogParts?> ReadAsync(JobId id, long from, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IAsyncDisposable> ListenForLinesAsync(JobId id, Action onLines, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<JobId>> TakeLogsToMoveAsync(int limit, TimeSpan hold, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> MoveAsync(JobId id, JobLogRange lines, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ListForgottenAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ConfirmForgottenAsync(string home, CancellationToken cancellationToken) => throw new NotSupportedException();
}
