namespace Mindtrace.Jobs.Redis;

/// <summary>Waits for changes of one job.</summary>
/// <param name="onlyEnd">Whether changes to states that are not final are of no interest.</param>
/// <param name="onDispose">Ends the watch.</param>
internal sealed class JobWatch(bool onlyEnd, Action<JobWatch> onDispose) : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Hears of a change. The watch must not have ended.</summary>
    public void Hear(JobState? state)
    {
        if (!onlyEnd || state is null || state.Value.IsFinal())
        {
            _changed.Release();
        }
    }

    /// <summary>Waits for a change since the last call, or for the time to run out.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _changed.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        while (_changed.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            // Changes in quick succession are seen as one.
        }
    }

    public void Dispose()
    {
        onDispose(this);
        _changed.Dispose();
    }
}
