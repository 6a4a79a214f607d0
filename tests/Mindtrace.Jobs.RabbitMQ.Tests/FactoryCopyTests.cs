using System.Reflection;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

public sealed class FactoryCopyTests
{
    // Ours to decide, of no use without automatic recovery, or made of other properties.
    private static readonly string[] NotCopied =
    [
        nameof(ConnectionFactory.AutomaticRecoveryEnabled), nameof(ConnectionFactory.TopologyRecoveryEnabled), nameof(ConnectionFactory.RequestedHeartbeat),
        nameof(ConnectionFactory.NetworkRecoveryInterval), nameof(ConnectionFactory.TopologyRecoveryFilter), nameof(ConnectionFactory.TopologyRecoveryExceptionHandler),
        nameof(ConnectionFactory.Endpoint), nameof(ConnectionFactory.Uri),
    ];

    [Fact]
    public void Of_AnyFactory_CopiesEveryOtherProperty()
    {
        var original = new ConnectionFactory
        {
            Uri = new Uri("amqps://somebody:secret@broker.test:1234/host"),
            AuthMechanisms = [new ExternalMechanismFactory()],
            ClientProvidedName = "name",
            ConsumerDispatchConcurrency = 7,
            ContinuationTimeout = TimeSpan.FromSeconds(71),
            CredentialsProvider = new BasicCredentialsProvider("name", "user", "password"),
            EndpointResolverFactory = endpoints => new DefaultEndpointResolver(endpoints),
            HandshakeContinuationTimeout = TimeSpan.FromSeconds(72),
            MaxInboundMessageBodySize = 73,
            RequestedChannelMax = 74,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(75),
            RequestedFrameMax = 76,
            SocketFactory = _ => throw new NotSupportedException(),
            SocketReadTimeout = TimeSpan.FromSeconds(77),
            SocketWriteTimeout = TimeSpan.FromSeconds(78),
            AmqpUriSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
            ClientProperties = new Dictionary<string, object?> { ["a"] = "b" },
        };
        var unset = new ConnectionFactory();

        var copy = (ConnectionFactory)FactoryCopy.Of(original, TimeSpan.FromSeconds(20));

        var properties = typeof(ConnectionFactory).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && !NotCopied.Contains(property.Name));
        Assert.All(properties, property =>
        {
            Assert.NotEqual(property.GetValue(unset), property.GetValue(original));
            Assert.Equal(property.GetValue(original), property.GetValue(copy));
        });
        Assert.Same(original.SocketFactory, copy.SocketFactory);
    }

    [Fact]
    public void Of_AnyFactory_HasHeartbeatsAndNoRecoveryOfItsOwn()
    {
        var original = new ConnectionFactory { RequestedHeartbeat = TimeSpan.Zero };

        var copy = (ConnectionFactory)FactoryCopy.Of(original, TimeSpan.FromSeconds(20));

        Assert.Equal(TimeSpan.FromSeconds(20), copy.RequestedHeartbeat);
        Assert.False(copy.AutomaticRecoveryEnabled);
        Assert.True(original.AutomaticRecoveryEnabled);
        Assert.Equal(TimeSpan.Zero, original.RequestedHeartbeat);
    }
}
