namespace Mindtrace.Jobs.Redis;

/// <summary>Makes calls together that come while others are under way: the busier the server, the more of them at once, and a lone one at once.</summary>
/// <param name="callAsync">Makes calls together, and answers in their order. All can be made again after a fault.</param>
internal sealed class CallBatcher<TCall, TAnswer>(Func<IReadOnlyList<TCall>, Task<IReadOnlyList<TAnswer>>> callAsync)
{
    // As many as a worker runs at once, and few enough for the server to serve others in between.
    private const int Limit = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _isCalling;

    /// <summary>Makes a call, maybe with others.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the wait, and takes back the call if it is not under way yet.</param>
    /// <returns>Its answer.</returns>
    public Task<TAnswer> CallAsync(TCall call, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(call, cancellationToken);
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_isCalling)
            {
                return waiting.Answer.Task.WaitAsync(cancellationToken);
            }

            _isCalling = true;
        }

        _ = CallWaitingAsync();
        return waiting.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task CallWaitingAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            await CallAsync(batch).ConfigureAwait(false);
        }
    }

    /// <summary>Makes calls together. If one of them is at fault it must not take the others along: they are made again, each by itself.</summary>
    private async Task CallAsync(List<Waiting> batch)
    {
        try
        {
            var answers = await callAsync([.. batch.Select(it => it.Call)]).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Answer.SetResult(answers[i]);
            }
        }
        catch (Exception fault) when (batch.Count == 1 || fault is JobBackendUnavailableException)
        {
            batch.ForEach(it => it.Answer.SetException(fault));
        }
        catch (Exception)
        {
            foreach (var waiting in batch)
            {
                await CallAsync([waiting]).ConfigureAwait(false);
            }
        }
    }

    private List<Waiting> Take()
    {
        var batch = new List<Waiting>();
        lock (_lock)
        {
            while (batch.Count < Limit && _waiting.TryDequeue(out var next))
            {
                if (!next.CancellationToken.IsCancellationRequested)
                {
                    batch.Add(next);
                }
            }

            _isCalling = batch.Count > 0;
        }

        return batch;
    }

    private sealed record Waiting(TCall Call, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
