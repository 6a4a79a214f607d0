namespace Mindtrace.Cluster;

/// <summary>Is open or closed. Whoever goes through learns when it closes again. Closed at first.</summary>
internal sealed class Gate : IDisposable
{
    private readonly Lock _change = new();
    private TaskCompletionSource<CancellationToken> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _open;

    public bool IsOpen => Volatile.Read(ref _open) is not null;

    public void Set(bool open)
    {
        CancellationTokenSource? closed = null;
        lock (_change)
        {
            if (open == IsOpen)
            {
                return;
            }

            if (open)
            {
                _open = new CancellationTokenSource();
                _opened.SetResult(_open.Token);
            }
            else
            {
                (closed, _open) = (_open, null);
                _opened = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        closed?.Cancel();
    }

    public void Dispose() => _open?.Dispose();

    /// <summary>Waits until the gate is open.</summary>
    /// <returns>A token that is cancelled when it closes.</returns>
    public Task<CancellationToken> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_change)
        {
            return _opened.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the gate has closed that gave this token.</summary>
    public static async Task ClosedAsync(CancellationToken closing, CancellationToken cancellationToken)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = closing.Register(closed.SetResult).ConfigureAwait(false);
        await closed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
