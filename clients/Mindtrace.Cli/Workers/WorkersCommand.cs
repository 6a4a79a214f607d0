using System.CommandLine;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace workers</c>.</summary>
internal static class WorkersCommand
{
    public static Command Create(CommandRunner runner) => new("workers", "Looks after workers.")
    {
        List(runner), Launch(runner), Drain(runner),
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
                        Tables.Text(worker.WorkerId), Tables.Text(worker.Status.ToString().ToLowerInvariant()), Tables.Text(worker.WorkerType),
                        Tables.Text(worker.JobId?.Value), Tables.Text(worker.WorkerUrl), Tables.Time(worker.LastHeartbeat));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Launch(CommandRunner runner)
    {
        var type = new Argument<string>("type") { Description = "The worker type." };
        var node = UrlSymbols.Option("--node", "The node. The default is the live one with the fewest workers.");
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
        var worker = new Argument<string>("worker") { Description = "The worker's id." };
        return runner.Does(new Command("drain", "Lets a worker take no more jobs; what it runs goes on to its end.") { worker }, async (context, cancellationToken) =>
        {
            var status = await context.Cluster.DrainWorkerAsync(context.Arguments.GetRequiredValue(worker), cancellationToken);
            context.Write(status, (it, terminal) => terminal.WriteLine($"{it.WorkerId} takes no more jobs and is {it.Status.ToString().ToLowerInvariant()}"));
            return ExitCode.Success;
        });
    }
}
