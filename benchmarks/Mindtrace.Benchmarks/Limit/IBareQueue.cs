namespace Mindtrace.Benchmarks;

/// <summary>A queue with nothing around it. A message is acknowledged when its handler has returned.</summary>
internal interface IBareQueue : IAsyncDisposable
{
    /// <summary>Publishes a message and returns when the server has it.</summary>
    Task PublishAsync(byte[] body, CancellationToken cancellationToken);

    /// <summary>Hands messages to the handler from now on, <see cref="EchoLoad.Concurrency"/> at once.</summary>
    Task ConsumeAsync(Func<ReadOnlyMemory<byte>, Task> handleAsync, CancellationToken cancellationToken);
}
