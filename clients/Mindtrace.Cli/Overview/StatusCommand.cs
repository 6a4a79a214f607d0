using System.CommandLine;
using Mindtrace.Cluster;
using Spectre.Console;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace status</c>: the cluster at a glance.</summary>
internal static class StatusCommand
{
    private const int MaxDeadLetters = 1000;

    public static Command Create(CommandRunner runner) =>
        runner.Does(new Command("status", "Shows the cluster at a glance."), async (context, cancellationToken) =>
        {
            var cluster = context.Cluster;
            var workers = await cluster.ListWorkersAsync(cancellationToken);
            var nodes = await cluster.ListNodesAsync(cancellationToken);
            var letters = await cluster.ListDeadLettersAsync(new DeadLettersRequest { Limit = MaxDeadLetters }, cancellationToken);
            var status = new ClusterStatus(
                cluster.Url,
                nodes.Count(node => node.Status == NodeState.Alive),
                nodes.Count,
                workers.Count(worker => worker.Status == WorkerState.Idle),
                workers.Count(worker => worker.Status == WorkerState.Running),
                letters.Jobs.Count,
                letters.NextCursor is not null);
            context.Write(status, (it, terminal) =>
            {
                var grid = new Grid().AddColumn(new GridColumn().PadRight(3).NoWrap()).AddColumn();
                grid.AddRow("manager", Markup.Escape($"{it.ManagerUrl} (from {context.Address.Source})"));
                grid.AddRow("nodes", $"{it.NodesAlive} of {it.Nodes} alive");
                grid.AddRow("workers", $"{it.WorkersIdle} idle, {it.WorkersRunning} running a job");
                grid.AddRow("dead letters", $"{it.DeadLetters}{(it.HasMoreDeadLetters ? " or more" : "")}");
                terminal.Write(grid);
            });
            return ExitCode.Success;
        });

    private sealed record ClusterStatus(
        Uri ManagerUrl, int NodesAlive, int Nodes, int WorkersIdle, int WorkersRunning, int DeadLetters, bool HasMoreDeadLetters);
}
