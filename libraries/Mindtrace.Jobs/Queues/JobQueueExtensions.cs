using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>Queues without a cluster, for scripts: publish a job, run a few, run all there are. Nothing is recorded; a message is acknowledged once its job has run.</summary>
public static class JobQueueExtensions
{
    // Between the server's "nothing waits" and a message that it has sent already lies a network.
    private static readonly TimeSpan LateDelivery = TimeSpan.FromMilliseconds(200);

    /// <summary>Publishes a job to the queue of its type.</summary>
    /// <param name="queue">The queues.</param>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Ends the wait; the job may have been published all the same.</param>
    /// <returns>A task that ends when the server holds the job.</returns>
    /// <exception cref="JobQueueNotFoundException">There is no such queue; declare it first.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached or did not confirm.</exception>
    public static Task PublishAsync(this IJobQueue queue, Job job, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(job);
        return queue.PublishAsync(job.SchemaName, [JobMessage.Of(job)], cancellationToken);
    }

    /// <summary>Runs so many jobs of a queue, one after the other, waiting for those that are not there yet.</summary>
    /// <param name="queue">The queues.</param>
    /// <param name="type">A declared queue.</param>
    /// <param name="count">How many jobs to run, 0 or more.</param>
    /// <param name="run">Runs one job. What it throws ends the consuming, and the job goes back to the queue.</param>
    /// <param name="cancellationToken">Ends the consuming.</param>
    /// <returns>A task that ends when all have run.</returns>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    public static async Task ConsumeAsync(
        this IJobQueue queue, JobType type, int count, Func<Job, CancellationToken, Task> run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(run);
        if (count == 0)
        {
            return;
        }

        await using var consumer = await queue.ConsumeAsync(type, prefetch: 1, cancellationToken).ConfigureAwait(false);
        await foreach (var delivery in consumer.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await RunAsync(delivery, run, cancellationToken).ConfigureAwait(false);
            if (--count == 0)
            {
                return;
            }
        }
    }

    /// <summary>Runs the jobs of a queue, one after the other, until none waits in it. Jobs in the hands of other consumers do not count.</summary>
    /// <param name="queue">The queues.</param>
    /// <param name="type">A declared queue.</param>
    /// <param name="run">Runs one job. What it throws ends the consuming, and the job goes back to the queue.</param>
    /// <param name="cancellationToken">Ends the consuming.</param>
    /// <returns>How many jobs have run.</returns>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    public static async Task<int> ConsumeUntilEmptyAsync(
        this IJobQueue queue, JobType type, Func<Job, CancellationToken, Task> run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(run);
        var ran = 0;

        // What was on its way to a consumer that took no more is back in the queue once that consumer is gone.
        while (await queue.CountAsync(type, cancellationToken).ConfigureAwait(false) > 0)
        {
            ran += await ConsumeWhatWaitsAsync(queue, type, run, cancellationToken).ConfigureAwait(false);
        }

        return ran;
    }

    private static async Task<int> ConsumeWhatWaitsAsync(
        IJobQueue queue, JobType type, Func<Job, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        var ran = 0;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var consumer = await queue.ConsumeAsync(type, prefetch: 1, cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var delivery in consumer.ReadAllAsync(enough.Token).ConfigureAwait(false))
            {
                enough.CancelAfter(Timeout.InfiniteTimeSpan);
                await RunAsync(delivery, run, cancellationToken).ConfigureAwait(false);
                ran++;
                if (await queue.CountAsync(type, cancellationToken).ConfigureAwait(false) == 0)
                {
                    enough.CancelAfter(LateDelivery);
                }
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Nothing came any more.
        }

        return ran;
    }

    private static async Task RunAsync(JobDelivery delivery, Func<Job, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            var job = JsonSerializer.Deserialize(delivery.Message.Body.Span, JobsJson.Default.Job)!;
            await run(job, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await delivery.ReturnAsync().ConfigureAwait(false);
            throw;
        }

        await delivery.AckAsync().ConfigureAwait(false);
    }
}
