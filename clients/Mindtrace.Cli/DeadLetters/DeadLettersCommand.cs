using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Jobs;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.DeadLetters;

/// <summary><c>mindtrace dlq</c>.</summary>
internal static class DeadLettersCommand
{
    private const string NoneFound = "There is no such dead letter.";

    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "dlq", "Looks after dead letters: jobs that failed for good.",
        "mindtrace dlq list", "mindtrace dlq process")
    {
        List(runner), JobsCommand.Show(runner, "Tells all that is known of a dead letter.", "mindtrace dlq show JOB", names.DeadLetters), Requeue(runner, names), Discard(runner, names),
        Process(runner),
    };

    private static Command List(CommandRunner runner)
    {
        var filter = new DeadLetterOptions();
        return runner.Does(filter.AddTo(new CommandWithExamples(
            "list", "Lists dead letters, those that failed latest first.",
            "mindtrace dlq list --type echo_job --reason timeout")), async (context, cancellationToken) =>
        {
            var page = await context.Cluster.ListDeadLettersAsync(filter.Read(context), cancellationToken);
            context.Write(page, (it, terminal) =>
            {
                WriteTable(it.Jobs, terminal);
                terminal.WriteRemark(it.Jobs.Count switch
                {
                    0 => NoneFound,
                    1 => "1 dead letter",
                    var count => $"{count} dead letters",
                } + (it.NextCursor is null ? "" : ", and more: --limit"));
            });
            return ExitCode.Success;
        });
    }

    private static Command Requeue(CommandRunner runner, ClusterNames names)
    {
        var jobs = JobsArgument(names);
        var filter = new DeadLetterOptions();
        var all = AllOption();
        var payload = new Option<string?>("--payload") { Description = "Another payload for one job: JSON, @FILE, or - for standard input." };
        var command = filter.AddTo(new CommandWithExamples(
            "requeue", "Queues dead letters again: those named, or with --all those of a filter.",
            "mindtrace dlq requeue JOB --payload @mended.json", "mindtrace dlq requeue --all --type echo_job --reason timeout")
        {
            jobs, all, payload,
        });
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var named = Named(context, jobs, all);
            if (context.Arguments.GetValue(payload) is { } text)
            {
                var changed = SubmitCommand.ReadPayload(text, context.Terminal);
                var only = named is [var one] ? one : throw new UsageException("--payload goes with one job.");
                context.Write(await context.Cluster.RequeueDeadLetterAsync(only, changed, cancellationToken), (it, terminal) => terminal.WriteLine($"{it.JobId} queued again"));
                return ExitCode.Success;
            }

            foreach (var job in named)
            {
                context.Write(await context.Cluster.RequeueDeadLetterAsync(job, cancellationToken), (it, terminal) => terminal.WriteLine($"{it.JobId} queued again"));
            }

            if (context.Arguments.GetValue(all))
            {
                var (requeued, kept, request) = (0, 0, filter.Read(context));
                do
                {
                    var page = await context.Cluster.RequeueDeadLettersAsync(request, cancellationToken);
                    (requeued, kept, request) = (requeued + page.Requeued, kept + page.Kept, request with { Cursor = page.NextCursor });
                }
                while (request.Cursor is not null);
                context.Write(new RequeueDeadLettersResponse(requeued, kept, NextCursor: null), (it, terminal) => terminal.WriteLine(
                    $"{it.Requeued} queued again{(it.Kept > 0 ? $", {it.Kept} kept: their type has no route, or another job holds their unique key" : "")}"));
            }

            return ExitCode.Success;
        });
    }

    private static Command Discard(CommandRunner runner, ClusterNames names)
    {
        var jobs = JobsArgument(names);
        var filter = new DeadLetterOptions();
        var all = AllOption();
        var command = filter.AddTo(new CommandWithExamples(
            "discard", "Takes dead letters out of the queue for good; their records stay.",
            "mindtrace dlq discard JOB", "mindtrace dlq discard --all --type echo_job --until 2026-05-01") { jobs, all });
        return runner.Does(command, async (context, cancellationToken) =>
        {
            foreach (var job in Named(context, jobs, all))
            {
                await context.Cluster.DiscardDeadLetterAsync(job, cancellationToken);
                context.Write(new JobIdRequest(job), (it, terminal) => terminal.WriteLine($"{it.JobId} discarded"));
            }

            if (context.Arguments.GetValue(all))
            {
                var (discarded, request) = (0, filter.Read(context));
                do
                {
                    var page = await context.Cluster.DiscardDeadLettersAsync(request, cancellationToken);
                    (discarded, request) = (discarded + page.Discarded, request with { Cursor = page.NextCursor });
                }
                while (request.Cursor is not null);
                context.Write(new DiscardDeadLettersResponse(discarded, NextCursor: null), (it, terminal) => terminal.WriteLine($"{it.Discarded} discarded"));
            }

            return ExitCode.Success;
        });
    }

    /// <summary>Shows one dead letter after the other and asks what to do with it, as the original's helper does.</summary>
    private static Command Process(CommandRunner runner)
    {
        var filter = new DeadLetterOptions();
        var command = filter.AddTo(new CommandWithExamples(
            "process", "Goes through dead letters and asks about each: requeue, discard, skip or quit.",
            "mindtrace dlq process --type echo_job"));
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var (terminal, request) = (context.Terminal, filter.Read(context));
            var (requeued, seen) = (new List<JobStatus>(), 0);
            do
            {
                var page = await context.Cluster.ListDeadLettersAsync(request, cancellationToken);
                foreach (var job in page.Jobs.Select(job => job.JobId))
                {
                    seen++;
                    JobOutput.WriteDetails(await context.Cluster.InspectJobAsync(job, cancellationToken), terminal);
                    switch (Ask(terminal))
                    {
                        case 'r':
                            requeued.Add(await context.Cluster.RequeueDeadLetterAsync(job, cancellationToken));
                            break;
                        case 'd':
                            await context.Cluster.DiscardDeadLetterAsync(job, cancellationToken);
                            break;
                        case 'q':
                            return Sum(context, requeued);
                    }
                }

                request = request with { Cursor = page.NextCursor };
            }
            while (request.Cursor is not null);
            return seen > 0 || context.IsJson ? Sum(context, requeued) : SayThereIsNone(terminal);
        });
    }

    /// <summary>Writes a table of dead letters: why each failed goes before all but what tells them apart.</summary>
    private static void WriteTable(IReadOnlyList<JobStatus> jobs, Terminal terminal)
    {
        if (jobs is [])
        {
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new TextTable(Column.Whole("JOB"), Column.Whole("FAILED"), "TYPE", "ERROR", Column.Whole("STATUS"), Column.Whole("WORKER"));
        foreach (var status in jobs)
        {
            table.Add(
                Cell.Of(status.JobId.Value), Cell.Age(status.Job.CompletedAt, now), Cell.Of(status.Job.SchemaName.Value), Cell.Of(status.Job.Error),
                Cell.State(status.Status), Cell.Of(status.WorkerId));
        }

        terminal.Write(table);
    }

    private static char Ask(Terminal terminal)
    {
        while (true)
        {
            switch (terminal.Ask("[r]equeue/[d]iscard/[s]kip/[q]uit?")?.Trim().ToLowerInvariant())
            {
                case ['r' or 'd' or 's' or 'q', ..] and [var answer, ..]:
                    return answer;
                case null:
                    return 'q';
            }
        }
    }

    private static ExitCode SayThereIsNone(Terminal terminal)
    {
        terminal.WriteLine(NoneFound);
        return ExitCode.Success;
    }

    private static ExitCode Sum(CommandContext context, IReadOnlyList<JobStatus> requeued)
    {
        context.Write(requeued, (it, terminal) => terminal.WriteLine($"{it.Count} queued again"));
        return ExitCode.Success;
    }

    private static Argument<string[]> JobsArgument(ClusterNames names) =>
        new("job") { Description = "The jobs.", Arity = ArgumentArity.ZeroOrMore, HelpName = "job", CompletionSources = { names.DeadLetters } };

    private static Option<bool> AllOption() => new("--all") { Description = "All that the filter lets through." };

    private static IReadOnlyList<JobId> Named(CommandContext context, Argument<string[]> jobs, Option<bool> all)
    {
        var named = context.Arguments.GetValue(jobs) ?? [];
        return named.Length > 0 != context.Arguments.GetValue(all)
            ? [.. named.Select(JobId.Parse)]
            : throw new UsageException("Name jobs, or say --all and a filter.");
    }
}
