using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace workers</c>.</summary>
internal static class WorkersCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "workers", "Looks after workers.",
        "mindtrace workers list", "mindtrace workers launch resize")
    {
        List(runner), Launch(runner, names), Logs(runner, names), Drain(runner, names), Resume(runner, names), ShutDown(runner, names),
    };

    private static Command List(CommandRunner runner) =>
        runner.Does(new CommandWithExamples(
            "list", "Lists workers, the one heard of last first.",
            "mindtrace workers list"), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListWorkersAsync(cancellationToken), (workers, terminal) =>
            {
                var table = new TextTable(
                    Column.Whole("WORKER"), Column.Whole("STATUS"), "JOB TYPES", Column.Whole("JOB"), Column.Whole("URL"), Column.Whole("LAST HEARD OF"));
                foreach (var worker in workers)
                {
                    table.Add(
                        Cell.Of(worker.WorkerId), Cell.Of(worker.Status.ToString().ToLowerInvariant() + (worker.IsDraining ? ", drained" : "")), Cell.Of(worker.WorkerType),
                        Cell.Of(worker.JobId?.Value), Cell.Of(worker.WorkerUrl), Cell.Time(worker.LastHeartbeat));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Launch(CommandRunner runner, ClusterNames names)
    {
        var type = new Argument<string>("type") { Description = "The worker type.", HelpName = "type", CompletionSources = { names.WorkerTypes } };
        var node = UrlSymbols.Option("--node", "The node. The default is one that has what the worker type needs.");
        node.HelpName = "url";
        node.CompletionSources.Add(names.Nodes);
        var name = new Option<string?>("--name") { Description = "A name for the worker." };
        var command = new CommandWithExamples(
            "launch", "Has a node launch a worker, and waits until it is ready. The exit code is 4 when it does not become so.",
            "mindtrace workers launch resize", "mindtrace workers launch resize --node http://192.168.1.20:8003 --name resize-1")
        {
            type, node, name,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var request = new LaunchWorkerOnNodeRequest(WorkerTypeName.Parse(context.Arguments.GetRequiredValue(type)))
            {
                NodeUrl = context.Arguments.GetValue(node), WorkerName = context.Arguments.GetValue(name),
            };
            var launch = await context.Cluster.WaitForLaunchAsync(await context.Cluster.LaunchWorkerAsync(request, cancellationToken), cancellationToken);
            if (launch.Status == LaunchState.Failed && !context.IsJson)
            {
                return context.Terminal.Fail(ExitCode.Unsuccessful, $"The worker was not launched: {launch.Error}", "mindtrace types list shows what can be launched, mindtrace nodes list where.");
            }

            context.Write(launch, (it, terminal) => terminal.WriteLine($"{it.WorkerId} is ready at {it.WorkerUrl}"));
            return launch.Status == LaunchState.Ready ? ExitCode.Success : ExitCode.Unsuccessful;
        });
    }

    private static Command Drain(CommandRunner runner, ClusterNames names)
    {
        var worker = WorkerArgument(names);
        var timeout = DrainOption.Create();
        var command = new CommandWithExamples(
            "drain", "Lets a worker take no more jobs; it ends once it has finished what it runs.",
            "mindtrace workers drain WORKER --timeout 600") { worker, timeout };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.DrainWorkerAsync(
                context.Arguments.GetRequiredValue(worker), DrainOption.Read(context, timeout), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine($"{it.WorkerId} takes no more jobs and is {it.Status.ToString().ToLowerInvariant()}"));
            return ExitCode.Success;
        });
    }

    private static Command Resume(CommandRunner runner, ClusterNames names)
    {
        var worker = WorkerArgument(names);
        var command = new CommandWithExamples(
            "resume", "Lets a drained worker take jobs again, if it has not ended yet.",
            "mindtrace workers resume WORKER") { worker };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.ResumeWorkerAsync(context.Arguments.GetRequiredValue(worker), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine(
                it.IsDraining ? $"{it.WorkerId} takes no jobs still: its node {it.NodeUrl} is drained" : $"{it.WorkerId} takes jobs again"));
            return ExitCode.Success;
        });
    }

    private static Command Logs(CommandRunner runner, ClusterNames names)
    {
        var worker = WorkerArgument(names);
        var follow = new Option<bool>("--follow", "-f") { Description = "Goes on until the worker has ended." };
        var lines = new Option<int>("--lines", "-n")
        {
            Description = $"How many of the last lines, 0 to {WorkerLogsRequest.MaxLines}.", DefaultValueFactory = _ => WorkerLogsRequest.DefaultLines,
        };
        var command = new CommandWithExamples(
            "logs", "Writes what a worker wrote that a node launched, also when it has ended.", "mindtrace workers logs WORKER --follow")
        {
            worker, follow, lines,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var request = new WorkerOutputRequest(context.Arguments.GetRequiredValue(worker)) { Lines = context.Arguments.GetValue(lines) };
            if (context.Arguments.GetValue(follow))
            {
                await foreach (var line in context.Cluster.FollowWorkerLogsAsync(request, cancellationToken))
                {
                    WriteLine(context, line);
                }

                return ExitCode.Success;
            }

            foreach (var line in await context.Cluster.GetWorkerLogsAsync(request, cancellationToken))
            {
                WriteLine(context, line);
            }

            return ExitCode.Success;
        });
    }

    private static void WriteLine(CommandContext context, string line)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(line);
        }
        else
        {
            context.Terminal.WriteRaw(line);
        }
    }

    private static Command ShutDown(CommandRunner runner, ClusterNames names)
    {
        var worker = WorkerArgument(names);
        var command = new CommandWithExamples(
            "shutdown", "Stops a worker; what it runs and cannot end within its drain timeout is queued again.",
            "mindtrace workers shutdown WORKER") { worker };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.ShutDownWorkerAsync(context.Arguments.GetRequiredValue(worker), cancellationToken);
            context.Write(status, (it, terminal) =>
                terminal.WriteLine(it.Status == WorkerState.Shutdown ? $"{it.WorkerId} has ended" : $"{it.WorkerId} was told to end"));
            return ExitCode.Success;
        });
    }

    private static Argument<string> WorkerArgument(ClusterNames names) =>
        new("worker") { Description = "The worker's id.", HelpName = "worker", CompletionSources = { names.Workers } };
}
