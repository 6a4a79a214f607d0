using System.Collections.Concurrent;

namespace Mindtrace.Environments;

/// <summary>Keeps git's processes warm for the next request, and kills those that do not answer.</summary>
internal sealed class GitChildren : IDisposable
{
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<GitChild> _idle = [];

    /// <summary>Has a request done in a process that does nothing else meanwhile.</summary>
    /// <exception cref="GitException">The process ended before it answered.</exception>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
    public async Task<GitAnswer> AskAsync(GitRequest request, CancellationToken cancellationToken)
    {
        var child = _idle.TryTake(out var idle) ? idle : new GitChild();
        var isReusable = false;
        try
        {
            var answer = await child.AskAsync(request, cancellationToken).ConfigureAwait(false);
            isReusable = _idle.Count < MaxIdle;
            return answer;
        }
        finally
        {
            if (isReusable)
            {
                _idle.Add(child);
            }
            else
            {
                child.Dispose();
            }
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var child))
        {
            child.Dispose();
        }
    }
}
