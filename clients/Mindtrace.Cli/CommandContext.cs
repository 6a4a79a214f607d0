using System.CommandLine;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli;

/// <summary>What a command works with.</summary>
/// <param name="Arguments">What was typed.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Address">Where it is, and how that is known.</param>
/// <param name="Terminal">Where it writes, and reads answers.</param>
/// <param name="IsJson">Whether JSON was asked for.</param>
internal sealed record CommandContext(ParseResult Arguments, ClusterClient Cluster, ClusterAddress Address, Terminal Terminal, bool IsJson)
{
    /// <summary>Writes a value as JSON if that was asked for, else as people read it.</summary>
    public void Write<T>(T value, Action<T, Terminal> write)
    {
        if (IsJson)
        {
            Terminal.WriteJson(value);
        }
        else
        {
            write(value, Terminal);
        }
    }
}
