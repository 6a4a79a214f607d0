using System.CommandLine;
using System.Globalization;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Connection;
using Mindtrace.Cli.Nodes;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace nodes</c>, or <c>mindtrace node</c>.</summary>
internal static class NodesCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names)
    {
        var nodes = new CommandWithExamples(
            "nodes", "Looks after nodes, which launch workers.",
            "mindtrace nodes list", "mindtrace nodes drain http://192.168.1.20:8003")
        {
            List(runner), Drain(runner, names), Resume(runner, names), JoinCommand.Create(runner),
        };
        nodes.Aliases.Add("node");
        return nodes;
    }

    private static Command List(CommandRunner runner) =>
        runner.Does(new CommandWithExamples(
            "list", "Lists the nodes that were heard of in the last day.",
            "mindtrace nodes list"), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListNodesAsync(cancellationToken), (nodes, terminal) =>
            {
                var table = new TextTable(
                    Column.Whole("NODE"), Column.Whole("STATUS"), Column.Whole("WORKERS"), Column.Whole("CPUS"), Column.Whole("MEMORY GIB"), Column.Whole("GPUS"),
                    "LABELS", Column.Whole("LAST HEARD OF"));
                foreach (var node in nodes)
                {
                    table.Add(
                        Cell.Of(node.NodeUrl.AbsoluteUri), Cell.Of(node.Status.ToString().ToLowerInvariant() + (node.IsDraining ? ", drained" : "")),
                        Cell.Of(string.Create(CultureInfo.InvariantCulture, $"{node.Workers} of {node.MaxWorkers}")),
                        Part(node, it => it.Cpus), Part(node, it => it.MemoryBytes / (double)(1L << 30)), Part(node, it => it.Gpus),
                        Cell.Of(string.Join(' ', node.Labels.Select(label => $"{label.Key}={label.Value}"))), Cell.Time(node.LastHeartbeat));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Drain(CommandRunner runner, ClusterNames names)
    {
        var node = NodeArgument(names);
        var timeout = DrainOption.Create();
        var command = new CommandWithExamples(
            "drain", "Launches no more workers on a node and drains those that it has; it stays so until it is resumed.",
            "mindtrace nodes drain http://192.168.1.20:8003 --timeout 600") { node, timeout };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.DrainNodeAsync(
                context.Arguments.GetRequiredValue(node), DrainOption.Read(context, timeout), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{it.NodeUrl} is drained; {it.Workers} workers end when they have finished what they run")));
            return ExitCode.Success;
        });
    }

    private static Command Resume(CommandRunner runner, ClusterNames names)
    {
        var node = NodeArgument(names);
        return runner.Does(new CommandWithExamples(
            "resume", "Lets workers be launched on a drained node again.",
            "mindtrace nodes resume http://192.168.1.20:8003") { node }, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.ResumeNodeAsync(context.Arguments.GetRequiredValue(node), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine($"{it.NodeUrl} takes workers again"));
            return ExitCode.Success;
        });
    }

    /// <summary>How much is reserved, of how much there is.</summary>
    private static Cell Part(NodeStatus node, Func<NodeCapacity, double> part) => Cell.Of(
        node is { Resources: { } all, Reserved: { } reserved } ? string.Create(CultureInfo.InvariantCulture, $"{part(reserved):0.##} of {part(all):0.##}") : "");

    private static Argument<Uri> NodeArgument(ClusterNames names)
    {
        var node = UrlSymbols.Argument("node", "The node's URL, as the list shows it.");
        node.HelpName = "url";
        node.CompletionSources.Add(names.Nodes);
        return node;
    }
}
