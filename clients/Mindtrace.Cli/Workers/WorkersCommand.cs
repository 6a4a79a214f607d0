using System.CommandLine;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace workers</c>.</summary>
internal static class WorkersCommand
{
    public static Command Create(CommandRunner runner) => new("workers", "Looks after workers.")
    {
        List(runner), Launch(runner), Drain(runner), Resume(runner),
    };

    private static Command List(CommandRunner runner) =>
        runner.Does(new Command("list", "Lists workers, the one heard of last first."), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListWorkersAsync(cancellationToken), (workers, terminal) =>
            {
                var table = Tables.Create("WORKER", "STATUS", "JOB TYPES", "JOB", "URL", "LAST HEARD OF");
                foreach (var worker in workers)
                {
                    table.Add(
                        Tables.Text(worker.WorkerId), Tables.Text(worker.Status.ToString().ToLowerInvariant() + (worker.IsDraining ? ", drained" : "")), Tables.Text(worker.WorkerType),
                        Tables.Text(worker.JobId?.Value), Tables.Text(worker.WorkerUrl), Tables.Time(worker.LastHeartbeat));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Launch(CommandRunner runner)
    {
        var type = new Argument<string>("type") { Description = "The worker type." };
        var node = UrlSymbols.Option("--node", "The node. The default is one that has what the worker type needs.");
        var name = new Option<string?>("--name") { Description = "A name for the worker." };
        var command = new Command("launch", "Has a node launch a worker, and waits until it is ready. The exit code is 4 when it does not become so.")
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
                return context.Terminal.Fail(ExitCode.Unsuccessful, $"The worker was not launched: {launch.Error}");
            }

            context.Write(launch, (it, terminal) => terminal.WriteLine($"{it.WorkerId} is ready at {it.WorkerUrl}"));
            return launch.Status == LaunchState.Ready ? ExitCode.Success : ExitCode.Unsuccessful;
        });
    }

    private static Command Drain(CommandRunner runner)
    {
        var worker = WorkerArgument();
        var timeout = DrainOption.Create();
        var command = new Command("drain", "Lets a worker take no more jobs; it ends once it has finished what it runs.") { worker, timeout };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.DrainWorkerAsync(
                context.Arguments.GetRequiredValue(worker), DrainOption.Read(context, timeout), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine($"{it.WorkerId} takes no more jobs and is {it.Status.ToString().ToLowerInvariant()}"));
            return ExitCode.Success;
        });
    }

    private static Command Resume(CommandRunner runner)
    {
        var worker = WorkerArgument();
        var command = new Command("resume", "Lets a drained worker take jobs again, if it has not ended yet.") { worker };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.ResumeWorkerAsync(context.Arguments.GetRequiredValue(worker), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine(
                it.IsDraining ? $"{it.WorkerId} takes no jobs still: its node {it.NodeUrl} is drained" : $"{it.WorkerId} takes jobs again"));
            return ExitCode.Success;
        });
    }

    private static Argument<string> WorkerArgument() => new("worker") { Description = "The worker's id." };
}
