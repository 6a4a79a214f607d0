using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Makes of the application's connection factory one for job queues.</summary>
internal static class FactoryCopy
{
    /// <summary>Copies a factory, with heartbeats on and automatic recovery off.</summary>
    /// <remarks>
    /// Recovery by the library would bring back channels and consumers that we replace ourselves, and cannot bring back what a
    /// channel error or a <c>basic.cancel</c> ended. So there is one way back for every loss, and it is ours. The original is left
    /// alone, since others may open connections from it.
    /// </remarks>
    public static IConnectionFactory Of(IConnectionFactory original, TimeSpan heartbeatInterval) =>
        original is not ConnectionFactory factory ? original : new ConnectionFactory
        {
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = heartbeatInterval,
            AmqpUriSslProtocols = factory.AmqpUriSslProtocols,
            AuthMechanisms = factory.AuthMechanisms,
            ClientProperties = factory.ClientProperties,
            ClientProvidedName = factory.ClientProvidedName,
            ConsumerDispatchConcurrency = factory.ConsumerDispatchConcurrency,
            ContinuationTimeout = factory.ContinuationTimeout,
            CredentialsProvider = factory.CredentialsProvider,
            EndpointResolverFactory = factory.EndpointResolverFactory,
            HandshakeContinuationTimeout = factory.HandshakeContinuationTimeout,
            HostName = factory.HostName,
            MaxInboundMessageBodySize = factory.MaxInboundMessageBodySize,
            Password = factory.Password,
            Port = factory.Port,
            RequestedChannelMax = factory.RequestedChannelMax,
            RequestedConnectionTimeout = factory.RequestedConnectionTimeout,
            RequestedFrameMax = factory.RequestedFrameMax,
            SocketFactory = factory.SocketFactory,
            SocketReadTimeout = factory.SocketReadTimeout,
            SocketWriteTimeout = factory.SocketWriteTimeout,
            Ssl = factory.Ssl,
            UserName = factory.UserName,
            VirtualHost = factory.VirtualHost,
        };
}
