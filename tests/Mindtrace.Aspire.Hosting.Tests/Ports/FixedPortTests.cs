using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Mindtrace.Hosting.Ports;

namespace Mindtrace.Hosting.Tests.Ports;

public sealed class FixedPortTests
{
    [Fact]
    public void EnsureFree_PortsTaken_NamesEachWithWhatNeedsItAndWhatToChange()
    {
        using var first = Listen(IPAddress.Loopback);
        using var second = Listen(IPAddress.Any);

        var fault = Assert.Throws<DistributedApplicationException>(() => FixedPort.EnsureFree(
        [
            new(PortOf(first), "the service 'manager'", "Ports:Manager"),
            new(PortOf(second), "the dashboard", "ASPNETCORE_URLS"),
        ]));

        Assert.Equal(
            $"Port {PortOf(first)}, needed by the service 'manager', is taken. Stop what listens there, or change Ports:Manager.{Environment.NewLine}" +
            $"Port {PortOf(second)}, needed by the dashboard, is taken. Stop what listens there, or change ASPNETCORE_URLS.",
            fault.Message);
    }

    [Fact]
    public void EnsureFree_OnlyTheOtherLoopbackAddressIsTaken_Fails()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var listener = Listen(IPAddress.IPv6Loopback);

        Assert.Throws<DistributedApplicationException>(() => FixedPort.EnsureFree([new(PortOf(listener), "the service 'node'", "Ports:Node")]));
    }

    [Fact]
    public void OfDashboard_ReadsEveryAddress()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://localhost:15210;http://localhost:15215",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:15211",
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = "http://localhost:0",
        }).Build();

        Assert.Equal([15210, 15215, 15211], PortCheck.OfDashboard(configuration).Select(port => port.Port));
    }

    private static TcpListener Listen(IPAddress address)
    {
        var listener = new TcpListener(address, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
