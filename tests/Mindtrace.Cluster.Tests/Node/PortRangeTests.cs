extern alias node;

using node::Mindtrace.Node.Ports;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>How a range of ports is read.</summary>
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
        Assert.Equal((first, last, last - first + 1, $"[{first}, {last}]"), (range.First, range.Last, range.Count, range.ToString()));
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
}
