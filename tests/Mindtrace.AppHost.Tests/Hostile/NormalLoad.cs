using System.Collections.Concurrent;
using System.Diagnostics;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>Clients that submit a job, wait for it, and begin again.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class NormalLoad(ClusterClient cluster)
{
    private const int Clients = 4;

    // Between two jobs of one client: people and programs pause, and what is measured is the answer and not the queue.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs jobs for a while.</summary>
    /// <returns>How long each took from its submit until its end was known, shortest first.</returns>
    public async Task<IReadOnlyList<TimeSpan>> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var taken = new ConcurrentQueue<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RunClientAsync()));
        return [.. taken.Order()];

        async Task RunClientAsync()
        {
            using var pause = new PeriodicTimer(Pause);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var begin = Stopwatch.GetTimestamp();
                var job = await cluster.SubmitJobAsync(EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "normal" }), cancellationToken);
                Assert.Equal(JobState.Completed, (await cluster.WaitForJobAsync(job.JobId, cancellationToken)).Status);
                taken.Enqueue(Stopwatch.GetElapsedTime(begin));
                await pause.WaitForNextTickAsync(cancellationToken);
            }
        }
    }
}
