extern alias node;

using System.Net;
using System.Net.Sockets;
using node::Mindtrace.Node.Launching;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>How a range of ports is read, and which port of it is found.</summary>
public sealed class PortRangeTests
{
    [Theory]
    [InlineData("8092-8111", 8092, 8111)]
    [InlineData("8092,8111", 8092, 8111)]
    [InlineData("1-65535", 1, 65535)]
    [InlineData("9000-9000", 9000, 9000)]
    public void PortRange_TwoPorts_IsRead(string text, int first, int last)
    {
        Assert.True(PortRange.TryParse(text, out var range));
        Assert.Equal((first, last, $"[{first}, {last}]"), (range.First, range.Last, range.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("8092")]
    [InlineData("8111-8092")]
    [InlineData("0-10")]
    [InlineData("1-65536")]
    [InlineData("a-b")]
    [InlineData("1-2-3")]
    [InlineData("-1-2")]
    public void PortRange_AnythingElse_IsRefused(string? text) => Assert.False(PortRange.TryParse(text, out _));

    [Fact]
    public void PortRange_SomePortsTaken_FindsTheFirstFreeOne()
    {
        using var foreign = new TcpListener(IPAddress.Loopback, 0);
        foreign.Start();
        var port = ((IPEndPoint)foreign.LocalEndpoint).Port;

        Assert.Null(new PortRange(port, port).FindFree(new HashSet<int>()));
        Assert.Null(new PortRange(19950, 19951).FindFree(new HashSet<int> { 19950, 19951 }));
        Assert.Equal(19951, new PortRange(19950, 19951).FindFree(new HashSet<int> { 19950 }));
        Assert.Equal(19950, new PortRange(19950, 19951).FindFree(new HashSet<int>()));
    }
}
