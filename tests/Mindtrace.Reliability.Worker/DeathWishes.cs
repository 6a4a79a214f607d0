using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Reliability.Worker;

/// <summary>Kills this process after the step that a job asks for, as kill -9 does: nothing is flushed, closed or told.</summary>
public sealed class DeathWishes(LedgerWriter ledger)
{
    private readonly ConcurrentDictionary<JobId, JobStep> _wishes = new();

    /// <summary>Takes in what the job in a message wishes.</summary>
    public void Read(JobMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var job = JsonSerializer.Deserialize(message.Body.Span, JobsJson.Default.Job)!;
        if (job.Payload.Deserialize<LedgerInput>(LedgerWorker.Schema.SerializerOptions) is { DieAfter: { } step })
        {
            _wishes[job.Id] = step;
        }
    }

    /// <summary>Returns if no job wishes the process to die after this step, or another one died of it before.</summary>
    public void After(JobStep step, params IEnumerable<JobId> jobs)
    {
        if (jobs.Any(job => _wishes.TryGetValue(job, out var wish) && wish == step && ledger.TryNoteDeath(job.Value, step)))
        {
            Process.GetCurrentProcess().Kill();

            // The signal is on its way: nothing is to happen any more.
            using var never = new ManualResetEventSlim();
            never.Wait();
        }
    }
}
