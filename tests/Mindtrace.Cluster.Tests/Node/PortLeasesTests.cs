extern alias node;

using System.Net;
using System.Net.Sockets;
using node::Mindtrace.Node.Ports;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Which port of a range is given away.</summary>
public sealed class PortLeasesTests
{
    // As two nodes have them: they share nothing but the machine.
    private readonly PortLeases _ports = new();
    private readonly PortLeases _others = new();

    [Fact]
    public void Lease_PortThatSomebodyListensOn_IsNotGiven()
    {
        using var foreign = new TcpListener(IPAddress.Loopback, 0);
        foreign.Start();
        var port = ((IPEndPoint)foreign.LocalEndpoint).Port;

        Assert.Null(_ports.TryTake(port));
        foreign.Stop();
        using var lease = _ports.TryTake(port);
        Assert.Equal(port, lease?.Port);
    }

    [Fact]
    public void Lease_PortThatAnyNodeHasGivenAway_IsGivenOnceItIsBack()
    {
        var range = new PortRange(19950, 19951);
        using var first = _ports.TakeFirst(range);
        var second = _others.TakeFirst(range);

        Assert.Equal((19950, 19951), (first?.Port, second?.Port));
        Assert.Null(_ports.TakeFirst(range));
        Assert.Null(_others.TryLock(19950));

        second!.Dispose();
        using var third = _ports.TakeFirst(range);
        Assert.Equal(19951, third?.Port);
    }
}
