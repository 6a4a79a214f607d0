using System.CommandLine;
using System.Globalization;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace nodes</c>.</summary>
internal static class NodesCommand
{
    public static Command Create(CommandRunner runner) => new("nodes", "Looks after nodes, which launch workers.")
    {
        runner.Does(new Command("list", "Lists the nodes that were heard of in the last day."), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListNodesAsync(cancellationToken), (nodes, terminal) =>
            {
                var table = Tables.Create("NODE", "STATUS", "WORKERS", "LAST HEARD OF");
                foreach (var node in nodes)
                {
                    table.Add(
                        Tables.Text(node.NodeUrl.AbsoluteUri), Tables.Text(node.Status.ToString().ToLowerInvariant()),
                        Tables.Text(string.Create(CultureInfo.InvariantCulture, $"{node.Workers} of {node.MaxWorkers}")), Tables.Time(node.LastHeartbeat));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        }),
    };
}
