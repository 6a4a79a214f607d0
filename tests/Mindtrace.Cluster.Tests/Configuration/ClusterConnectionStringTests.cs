using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mindtrace.Cluster.Tests.Configuration;

/// <summary>The connection string of an application that submits jobs.</summary>
public sealed class ClusterConnectionStringTests
{
    [Theory]
    [InlineData("Endpoint=http://manager:8002;Key=a-key")]
    [InlineData("endpoint = https://manager ; key = 'a-key'")]
    public void ConnectionString_OfACluster_NamesItsManager(string text)
    {
        using var services = Application(text).Build().Services as ServiceProvider;

        Assert.Equal("manager", services!.GetRequiredService<ClusterClient>().Url.Host);
    }

    [Theory]
    [InlineData("http://manager:8002", "The connection string of the cluster is malformed.")]
    [InlineData("Endpoint=http://manager:8002;a-secret", "The connection string of the cluster is malformed.")]
    [InlineData("Url=http://manager:8002;Key=a-secret", "The connection string of the cluster has no Endpoint, only url, key.")]
    [InlineData("Endpoint=;Key=a-secret", "The connection string of the cluster has no Endpoint, only key.")]
    [InlineData("Endpoint=http://manager:8002", "The connection string of the cluster has no Key, only endpoint.")]
    [InlineData("Endpoint=http://manager:8002;ApiKey=a-secret", "The connection string of the cluster has no Key, only endpoint, apikey.")]
    [InlineData("Endpoint=manager:8002;Key=a-secret", "The Endpoint of the cluster's connection string is 'manager:8002', which is no URL with http or https.")]
    [InlineData("Endpoint=amqp://manager;Key=a-secret", "The Endpoint of the cluster's connection string is 'amqp://manager', which is no URL with http or https.")]
    public void ConnectionString_Malformed_SaysWhatIsWrongAndWhatIsExpected(string text, string expected)
    {
        var fault = Assert.Throws<FormatException>(() => Application(text));

        Assert.Equal($"{expected} Expected 'Endpoint=http://host:port;Key=…'.", fault.Message);
        Assert.DoesNotContain("a-secret", fault.ToString(), StringComparison.Ordinal);
    }

    private static HostApplicationBuilder Application(string text)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:cluster", text)]);
        builder.AddMindtraceCluster();
        return builder;
    }
}
