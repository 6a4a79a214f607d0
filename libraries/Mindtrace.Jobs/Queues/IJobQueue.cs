using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>The queues that carry jobs to workers: one queue a job type, at-least-once delivery.</summary>
/// <remarks>Implementations are safe for concurrent use, and heal by themselves when the server was away.</remarks>
public interface IJobQueue
{
    /// <summary>Makes the queue if it is not there. A queue that exists is used as it is.</summary>
    /// <param name="queue">The job type that the queue serves.</param>
    /// <param name="order">The order in which a new queue hands out messages.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the queue exists.</returns>
    /// <exception cref="NotSupportedException">The backend has no queues of this order.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    Task DeclareAsync(JobType queue, QueueOrder order, CancellationToken cancellationToken);

    /// <summary>Stores messages in a queue, in the order given. When the task ends well, the server holds every one of them durably.</summary>
    /// <param name="queue">A declared queue.</param>
    /// <param name="messages">The messages, all of this queue's job type.</param>
    /// <param name="cancellationToken">Ends the wait; the messages may have been stored all the same.</param>
    /// <returns>A task that ends when all are confirmed.</returns>
    /// <exception cref="ArgumentException">A message is of another job type; nothing was stored.</exception>
    /// <exception cref="JobQueueNotFoundException">There is no such queue; nothing was stored.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached or did not confirm; any number may have been stored.</exception>
    Task PublishAsync(JobType queue, IReadOnlyList<JobMessage> messages, CancellationToken cancellationToken);

    /// <summary>Starts to consume a queue.</summary>
    /// <param name="queue">A declared queue.</param>
    /// <param name="prefetch">How many messages the consumer may hold unacknowledged, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait for the start, not the consumer.</param>
    /// <returns>The consumer; dispose it to give back what it still holds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prefetch"/> is below 1.</exception>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    Task<IJobConsumer> ConsumeAsync(JobType queue, int prefetch, CancellationToken cancellationToken);

    /// <summary>Counts the messages that wait in a queue; those in the hands of consumers do not count.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number, 0 or more.</returns>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    Task<long> CountAsync(JobType queue, CancellationToken cancellationToken);

    /// <summary>Removes the messages that wait in a queue; those in the hands of consumers stay.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    Task<long> PurgeAsync(JobType queue, CancellationToken cancellationToken);

    /// <summary>Removes a queue and all its messages. A queue that is not there is no error.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the queue is gone.</returns>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    Task DeleteAsync(JobType queue, CancellationToken cancellationToken);
}

/// <summary>The order in which a queue hands out its messages. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QueueOrder>))]
public enum QueueOrder
{
    /// <summary>First in, first out.</summary>
    [JsonStringEnumMemberName("fifo")] Fifo,

    /// <summary>Last in, first out.</summary>
    [JsonStringEnumMemberName("stack")] Stack,

    /// <summary>The highest <see cref="JobMessage.Priority"/> first; equal ones first in, first out.</summary>
    [JsonStringEnumMemberName("priority")] Priority,
}
