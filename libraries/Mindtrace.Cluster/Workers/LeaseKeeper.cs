using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Keeps the attempts of this process, and stops those that are cancelled or were given to others.</summary>
internal sealed partial class LeaseKeeper(
    WorkerIdentity identity, IAttemptStore store, LiveAttempts live, IOptions<WorkerOptions> options, TimeProvider time,
    ILogger<LeaseKeeper> logger) : IAsyncDisposable
{
    private IAsyncDisposable? _stops;

    /// <summary>Prolongs the leases of all attempts that run now. To be called once each <see cref="WorkerOptions.HeartbeatInterval"/>.</summary>
    /// <exception cref="JobBackendUnavailableException">The store cannot be reached.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        _stops ??= await store.ListenForStopsAsync(identity.Id, Stop, cancellationToken).ConfigureAwait(false);
        var renewals = live.Renewals;
        var asked = time.GetTimestamp();
        var answers = await store.RenewAsync(renewals, options.Value.LeaseDuration, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < renewals.Count; i++)
        {
            var token = renewals[i].Attempt.Token;
            if (answers[i] == LeaseAnswer.Renewed)
            {
                live.Renewed(token, options.Value.LeaseDuration, asked);
            }
            else
            {
                Stop(token, answers[i]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stops is not null)
        {
            await _stops.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Stop(AttemptToken token, LeaseAnswer answer)
    {
        if (live.Stop(token, answer == LeaseAnswer.Stale ? StopCause.Stale : StopCause.CancelRequested) is { } job && answer == LeaseAnswer.Stale)
        {
            LogStale(job);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was given to another attempt, or ended; this attempt stops")]
    private partial void LogStale(JobId jobId);
}
