using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>One connection to the broker: opened at its first use, and again when it was lost.</summary>
internal sealed partial class RabbitMqConnection : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _server;
    private readonly ILogger _logger;
    private readonly Reopened<IConnection> _connection;

    public RabbitMqConnection(IConnectionFactory factory, string name, ILogger logger)
    {
        (_name, _logger) = (name, logger);
        _server = $"{factory.Uri.Host}:{factory.Uri.Port}";
        _connection = new Reopened<IConnection>(cancel => OpenAsync(factory, cancel), connection => connection.IsOpen);
    }

    /// <summary>Opens a channel, whose owner disposes it.</summary>
    /// <exception cref="JobBackendUnavailableException">The broker cannot be reached.</exception>
    public async Task<IChannel> OpenChannelAsync(CreateChannelOptions options, CancellationToken cancellationToken)
    {
        var connection = await _connection.GetAsync(cancellationToken);
        try
        {
            return await connection.CreateChannelAsync(options, cancellationToken);
        }
        catch (Exception fault) when (BrokerFault.Is(fault, cancellationToken))
        {
            throw Unavailable("opened no channel", fault);
        }
    }

    /// <summary>Runs calls on a channel of their own, since a call that the broker refuses closes its channel.</summary>
    /// <exception cref="JobQueueNotFoundException">The broker has no such queue.</exception>
    /// <exception cref="JobBackendUnavailableException">The broker cannot be reached, or refused.</exception>
    public async Task<T> CallAsync<T>(JobType queue, Func<IChannel, Task<T>> call, CancellationToken cancellationToken)
    {
        var channel = await OpenChannelAsync(ChannelKind.Plain(), cancellationToken);
        try
        {
            return await call(channel);
        }
        catch (Exception fault) when (BrokerFault.Is(fault, cancellationToken))
        {
            throw Translate(fault, queue);
        }
        finally
        {
            await BrokerFault.IgnoreAsync(channel.DisposeAsync);
        }
    }

    /// <summary>Makes of a fault of the client library the one that callers of the queue know.</summary>
    public Exception Translate(Exception fault, JobType queue) => fault switch
    {
        PublishException { IsReturn: true } => new JobQueueNotFoundException(queue, fault),
        PublishException => Unavailable("refused a message", fault),
        OperationCanceledException => Unavailable("did not answer in time", fault),
        _ when BrokerFault.ReplyCode(fault) == BrokerFault.NotFound => new JobQueueNotFoundException(queue, fault),
        _ when BrokerFault.ReplyCode(fault) is > 0 and var code => Unavailable($"ended the channel with code {code}", fault),
        _ => Unavailable("cannot be reached", fault),
    };

    // What the client library says may name the user, so it stays in the inner exception.
    private JobBackendUnavailableException Unavailable(string problem, Exception fault) => new($"RabbitMQ at {_server} {problem}.", fault);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<IConnection> OpenAsync(IConnectionFactory factory, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await factory.CreateConnectionAsync(_name, cancellationToken);
            connection.ConnectionShutdownAsync += OnShutdownAsync;
            LogOpened(_name, _server);
            return connection;
        }
        catch (Exception fault) when (BrokerFault.Is(fault, cancellationToken))
        {
            throw Unavailable("cannot be reached", fault);
        }
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        if (reason.Initiator != ShutdownInitiator.Application)
        {
            LogLost(_name, _server, reason.ReplyCode, reason.ReplyText);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "Connection '{Connection}' to RabbitMQ at {Server} is open")]
    private partial void LogOpened(string connection, string server);

    [LoggerMessage(LogLevel.Warning, "Connection '{Connection}' to RabbitMQ at {Server} was lost: {ReplyCode} {ReplyText}")]
    private partial void LogLost(string connection, string server, ushort replyCode, string replyText);
}

/// <summary>The two kinds of channel.</summary>
internal static class ChannelKind
{
    /// <summary>For calls and consumers, which see their deliveries one by one and in order.</summary>
    public static CreateChannelOptions Plain() =>
        new(publisherConfirmationsEnabled: false, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: 1);

    /// <summary>
    /// For publishing. There is no rate limiter: the library holds its leases while it sends, not until the confirm, so that it
    /// would only slow the sending down; the publisher bounds what is unconfirmed by itself.
    /// </summary>
    public static CreateChannelOptions Confirming() =>
        new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
}
