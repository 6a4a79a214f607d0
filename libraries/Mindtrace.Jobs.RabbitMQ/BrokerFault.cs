using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Tells the faults of the broker, and of the way to it, from bugs.</summary>
internal static class BrokerFault
{
    public const ushort NotFound = 404;

    public const ushort PreconditionFailed = 406;

    /// <summary>True for what the client library throws when the broker refuses, goes away or does not answer.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="cancellationToken">The caller's token: a cancellation that is not the caller's is a timeout of the library.</param>
    public static bool Is(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        RabbitMQClientException or IOException or SocketException or TimeoutException => true,
        // A channel that another caller found closed and replaced.
        ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>Gets the AMQP reply code with which the broker closed a channel or connection; 0 when it did not.</summary>
    public static ushort ReplyCode(Exception exception) =>
        (exception as OperationInterruptedException)?.ShutdownReason?.ReplyCode ?? 0;

    /// <summary>Makes a call to a channel or connection that may be gone, in which case there is nothing left to do.</summary>
    public static async ValueTask IgnoreAsync(Func<ValueTask> call)
    {
        try
        {
            await call();
        }
        catch (Exception gone) when (Is(gone, CancellationToken.None))
        {
            // The broker gives back or forgets by itself what belonged to a closed channel.
        }
    }
}
