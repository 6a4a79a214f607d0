namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>A connection or channel that many callers share: opened at its first use, and again when it has closed since.</summary>
/// <param name="openAsync">Opens it. Callers that come meanwhile wait for the same attempt, so an outage costs each one timeout.</param>
/// <param name="isOpen">Tells whether it can still be used.</param>
internal sealed class Reopened<T>(Func<CancellationToken, Task<T>> openAsync, Func<T, bool> isOpen) : IAsyncDisposable
    where T : class, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private Task<T>? _current;

    /// <summary>Gets the open one.</summary>
    /// <param name="cancellationToken">Ends this caller's wait, not the attempt.</param>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        Task<T> current;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            if (_current is null || (_current.IsCompleted && !(_current.IsCompletedSuccessfully && isOpen(_current.Result))))
            {
                _current = ReplaceAsync(_current);
            }

            current = _current;
        }

        return current.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task<T>? last;
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
            {
                return;
            }

            _disposed.Cancel();
            last = _current;
        }

        await DisposeOfAsync(last);
        _disposed.Dispose();
    }

    private async Task<T> ReplaceAsync(Task<T>? previous)
    {
        // Called under the lock, which must not be held while anything is opened.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await DisposeOfAsync(previous);
        return await openAsync(_disposed.Token);
    }

    private static async Task DisposeOfAsync(Task<T>? opening)
    {
        if (opening is null)
        {
            return;
        }

        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await BrokerFault.IgnoreAsync(opening.Result.DisposeAsync);
        }
    }
}
