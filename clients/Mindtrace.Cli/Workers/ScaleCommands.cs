using System.CommandLine;
using System.Globalization;
using Mindtrace.Cli.Completion;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Workers;

/// <summary><c>mindtrace types scale</c>, <c>unscale</c> and <c>scales</c>: how many workers there are to be.</summary>
internal static class ScaleCommands
{
    public static Command Scale(CommandRunner runner, ClusterNames names)
    {
        var type = TypeArgument(names);
        var min = new Option<int>("--min") { Description = "How many workers there are to be at least. The default is 0." };
        var max = new Option<int>("--max") { Description = "How many there may be.", Required = true };
        var jobs = new Option<int?>("--jobs-per-worker") { Description = "How many jobs, running or waiting, there may be for each worker. The default is 10." };
        var wait = new Option<double?>("--max-wait") { Description = "After so many seconds of waiting of a job there is to be one more. The default is 30." };
        var warmUp = new Option<double?>("--warm-up") { Description = "How many seconds new workers are given to show what they do. The default is 60." };
        var idle = new Option<double?>("--idle") { Description = "After so many seconds in which fewer were enough, workers are drained. The default is 300." };
        var command = new CommandWithExamples(
            "scale", "Keeps so many workers of a type alive, and more as its jobs wait.",
            "mindtrace types scale resize --min 1 --max 8")
        {
            type, min, max, jobs, wait, warmUp, idle,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var arguments = context.Arguments;
            var scale = new ScaleWorkerTypeRequest(Read(context, type), arguments.GetValue(min), arguments.GetValue(max));
            scale = scale with
            {
                JobsPerWorker = arguments.GetValue(jobs) ?? scale.JobsPerWorker, MaxWaitSeconds = arguments.GetValue(wait) ?? scale.MaxWaitSeconds,
                WarmUpSeconds = arguments.GetValue(warmUp) ?? scale.WarmUpSeconds, IdleSeconds = arguments.GetValue(idle) ?? scale.IdleSeconds,
            };
            context.Write(await context.Cluster.ScaleWorkerTypeAsync(scale, cancellationToken), (it, terminal) => terminal.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{it.Scale.WorkerType} has {it.Scale.Min} to {it.Scale.Max} workers. See how it goes: mindtrace types scales")));
            return ExitCode.Success;
        });
    }

    public static Command Unscale(CommandRunner runner, ClusterNames names)
    {
        var type = TypeArgument(names);
        return runner.Does(new CommandWithExamples(
            "unscale", "Launches and drains no more workers of a type; those that there are go on.",
            "mindtrace types unscale resize") { type }, async (context, cancellationToken) =>
        {
            var request = new WorkerTypeRequest(Read(context, type));
            await context.Cluster.UnscaleWorkerTypeAsync(request.WorkerType, cancellationToken);
            context.Write(request, (it, terminal) => terminal.WriteLine($"The workers of {it.WorkerType} are left alone"));
            return ExitCode.Success;
        });
    }

    public static Command List(CommandRunner runner) =>
        runner.Does(new CommandWithExamples(
            "scales", "Lists how many workers there are to be of which type, and what was decided last.",
            "mindtrace types scales"), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListScalesAsync(cancellationToken), (scales, terminal) =>
            {
                var table = new TextTable(
                    Column.Whole("WORKER TYPE"), Column.Whole("MIN"), Column.Whole("MAX"), Column.Whole("WORKERS"), Column.Whole("WANTED"), "WHY",
                    Column.Whole("DECIDED"));
                foreach (var (scale, workers, wanted, decisions) in scales)
                {
                    var last = decisions is [.., var latest] ? latest : null;
                    table.Add(
                        Cell.Of(scale.WorkerType.Value), Cell.Of(scale.Min), Cell.Of(scale.Max), Cell.Of(workers),
                        Cell.Of(wanted?.ToString(CultureInfo.InvariantCulture)), Cell.Of(last?.Reason), Cell.Time(last?.At));
                }

                terminal.Write(table);
                foreach (var scale in scales.Where(scale => scale.Fault is not null))
                {
                    terminal.WriteLine($"{scale.Scale.WorkerType}: no worker could be launched: {scale.Fault}");
                }
            });
            return ExitCode.Success;
        });

    private static Argument<string> TypeArgument(ClusterNames names) =>
        new("type") { Description = "The worker type.", HelpName = "type", CompletionSources = { names.WorkerTypes } };

    private static WorkerTypeName Read(CommandContext context, Argument<string> type) => WorkerTypeName.Parse(context.Arguments.GetRequiredValue(type));
}
