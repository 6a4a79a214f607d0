using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Keeps the attempts of this process, and stops those that are cancelled or were given to others.</summary>
internal sealed partial class LeaseKeeper(
    WorkerIdentity identity, IAttemptStore store, LiveAttempts live, IOptions<WorkerOptions> options, TimeProvider time,
    ILogger<LeaseKeeper> logger) : IAsyncDisposable
{
    private IAsyncDisposable? _cancels;

    /// <summary>Prolongs the leases of all attempts that run now. To be called once each <see cref="WorkerOptions.HeartbeatInterval"/>.</summary>
    /// <exception cref="JobBackendUnavailableException">The store cannot be reached.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        _cancels ??= await store.ListenForCancelsAsync(
            identity.Id, job => live.Stop(job, StopCause.CancelRequested), cancellationToken).ConfigureAwait(false);
        var attempts = live.Keys;
        var asked = time.GetTimestamp();
        var answers = await store.RenewAsync(attempts, options.Value.LeaseDuration, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < attempts.Count; i++)
        {
            switch (answers[i])
            {
                case LeaseAnswer.Stale when live.Stop(attempts[i].Token, StopCause.Stale):
                    LogStale(attempts[i].JobId);
                    break;
                case LeaseAnswer.CancelRequested:
                    live.Stop(attempts[i].Token, StopCause.CancelRequested);
                    break;
                case LeaseAnswer.Renewed:
                    live.Renewed(attempts[i].Token, options.Value.LeaseDuration, asked);
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cancels is not null)
        {
            await _cancels.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was given to another attempt; this one stops")]
    private partial void LogStale(JobId jobId);
}
