using System.CommandLine;
using System.Globalization;
using Mindtrace.Cluster;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace top</c>: the cluster as it is now, and now, and now.</summary>
internal static class TopCommand
{
    private const double DefaultSeconds = 2;

    public static Command Create(CommandRunner runner)
    {
        var once = new Option<bool>("--once", "-1") { Description = "Shows it once and ends, as it does by itself where there is no terminal." };
        var interval = new Option<double>("--interval", "-i") { Description = "The time between two looks, 0.5 to 60 seconds.", DefaultValueFactory = _ => DefaultSeconds };
        interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.5 and <= 60))
            {
                result.AddError("--interval must be between 0.5 and 60.");
            }
        });
        var command = new CommandWithExamples(
            "top", "Shows nodes, queues and workers, live until Ctrl+C.", "mindtrace top", "mindtrace top --once --json")
        {
            once, interval,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var first = await ClusterSnapshot.TakeAsync(context.Cluster, TimeProvider.System, cancellationToken);
            if (context.IsJson || context.Arguments.GetValue(once) || !context.Terminal.IsLive)
            {
                context.Write(first, (it, terminal) => terminal.Write(View(it, before: null, context.Cluster.Url)));
                return ExitCode.Success;
            }

            var time = TimeSpan.FromSeconds(context.Arguments.GetValue(interval));
            await context.Terminal.RedrawAsync(View(first, before: null, context.Cluster.Url), draw => LookAsync(context, first, time, draw, cancellationToken));
            return ExitCode.Success;
        });
    }

    private static async Task LookAsync(
        CommandContext context, ClusterSnapshot before, TimeSpan interval, Action<IRenderable> draw, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(interval);
        try
        {
            while (await look.WaitForNextTickAsync(cancellationToken))
            {
                var now = await ClusterSnapshot.TakeAsync(context.Cluster, TimeProvider.System, cancellationToken);
                draw(View(now, before, context.Cluster.Url));
                before = now;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // How one leaves it.
        }
    }

    private static Rows View(ClusterSnapshot now, ClusterSnapshot? before, Uri manager)
    {
        var rate = now.EndedPerSecond(before) is { } ended ? string.Create(CultureInfo.InvariantCulture, $"   {ended:0.0} jobs/s") : "";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{manager}   {now.Nodes.Count(node => node.Status == NodeState.Alive)} of {now.Nodes.Count} nodes   {now.Jobs.DeadLetters} dead letters{rate}");
        return new Rows(
            new UnwrappedText(head, new Style(decoration: Decoration.Bold)), Text.Empty, QueuesCommand.Table(now.Jobs, now.At), Text.Empty, Workers(now));
    }

    private static TextTable Workers(ClusterSnapshot now)
    {
        var table = new TextTable(Column.Whole("WORKER"), Column.Whole("STATUS"), "JOB TYPES", Column.Whole("HEARD"), Column.Whole("JOB"));
        foreach (var worker in now.Workers.Where(worker => worker.Status is WorkerState.Idle or WorkerState.Running))
        {
            table.Add(
                Cell.Of(worker.WorkerId), Cell.Name(worker.Status), Cell.Of(worker.WorkerType), Cell.Age(worker.LastHeartbeat, now.At), Cell.Of(worker.JobId?.Value));
        }

        return table;
    }
}
