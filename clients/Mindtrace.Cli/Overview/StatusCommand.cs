using System.CommandLine;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace status</c>: the cluster at a glance.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandRunner runner) =>
        runner.Does(new CommandWithExamples(
            "status", "Shows the cluster at a glance.",
            "mindtrace status", "mindtrace status --url http://192.168.1.10:8002 --json"), async (context, cancellationToken) =>
        {
            var seen = await ClusterSnapshot.TakeAsync(context.Cluster, TimeProvider.System, cancellationToken);
            var status = new ClusterStatus(
                context.Cluster.Url,
                seen.Nodes.Count(node => node.Status == NodeState.Alive),
                seen.Nodes.Count,
                seen.Count(WorkerState.Idle),
                seen.Count(WorkerState.Running),
                seen.Jobs.JobTypes.Sum(type => type.Waiting),
                seen.Jobs.JobTypes.Sum(type => type.Running),
                seen.Jobs.DeadLetters);
            context.Write(status, (it, terminal) =>
            {
                var facts = TextTable.OfFacts();
                facts.AddFact("manager", $"{it.ManagerUrl} (from {context.Address.Source})");
                facts.AddFact("nodes", it.Nodes > 0 ? $"{it.NodesAlive} of {it.Nodes} alive" : "none: one that has just started registers within seconds");
                facts.AddFact("workers", $"{it.WorkersIdle} idle, {it.WorkersRunning} running a job");
                facts.AddFact("jobs", $"{it.JobsWaiting} waiting, {it.JobsRunning} running");
                facts.AddFact("dead letters", Cell.Of(it.DeadLetters));
                terminal.Write(facts);
            });
            return ExitCode.Success;
        });

    private sealed record ClusterStatus(
        Uri ManagerUrl, int NodesAlive, int Nodes, int WorkersIdle, int WorkersRunning, long JobsWaiting, long JobsRunning, long DeadLetters);
}
