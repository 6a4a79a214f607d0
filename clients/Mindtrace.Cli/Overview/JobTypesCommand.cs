using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Jobs;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace job-types</c>.</summary>
internal static class JobTypesCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "job-types", "Looks after job types, and where their jobs go.",
        "mindtrace job-types list", "mindtrace job-types pause echo_job")
    {
        List(runner), Register(runner), Pause(runner, names), Resume(runner, names),
    };

    private static Command List(CommandRunner runner) =>
        runner.Does(new CommandWithExamples(
            "list", "Lists the job types that have a route or a definition.",
            "mindtrace job-types list"), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListJobTypesAsync(cancellationToken), (types, terminal) =>
            {
                var table = new TextTable(Column.Whole("JOB TYPE"), "GOES TO", Column.Whole("ATTEMPTS"), "DESCRIPTION");
                foreach (var type in types)
                {
                    table.Add(
                        Cell.Of(type.JobType.Value),
                        Cell.Of((type.Endpoint ?? (type.HasRoute ? "its queue" : "nowhere")) + (type.IsPaused ? ", paused" : "")),
                        Cell.Of(type.Definition?.MaxAttempts ?? 1), Cell.Of(type.Definition?.Description));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        });

    private static Command Register(CommandRunner runner)
    {
        var name = new Argument<string>("type") { Description = "The job type, such as word_count." };
        var description = new Option<string?>("--description") { Description = "What its jobs do, for people and language models." };
        var schema = new Option<string?>("--input-schema") { Description = "The JSON Schema of the payload: JSON, @FILE, or - for standard input." };
        var attempts = new Option<int?>("--max-attempts") { Description = "How often a job is tried, 1 to 1000." };
        var timeout = new Option<double?>("--timeout") { Description = "How long one attempt may run, in seconds." };
        var command = new CommandWithExamples(
            "register", "Says what goes for all jobs of a type; what was said before is replaced. Its jobs wait in a queue unless they go elsewhere already.",
            "mindtrace job-types register word_count --max-attempts 3 --input-schema @word_count.schema.json")
        {
            name, description, schema, attempts, timeout,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var arguments = context.Arguments;
            var definition = new JobTypeDefinition(JobType.Parse(arguments.GetRequiredValue(name)))
            {
                Description = arguments.GetValue(description),
                InputSchema = arguments.GetValue(schema) is { } text ? SubmitCommand.ReadPayload(text, context.Terminal) : null,
                MaxAttempts = arguments.GetValue(attempts),
                Timeout = arguments.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
            await context.Cluster.RegisterJobTypeAsync(definition, cancellationToken);
            context.Write(definition, (it, terminal) => terminal.WriteLine($"{it.JobType} is registered"));
            return ExitCode.Success;
        });
    }

    private static Command Pause(CommandRunner runner, ClusterNames names)
    {
        var type = TypeArgument(names);
        var command = new CommandWithExamples(
            "pause", "Lets no more jobs of a type begin; they are accepted and wait, and running ones go on.",
            "mindtrace job-types pause echo_job") { type };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var request = new JobTypeRequest(JobType.Parse(context.Arguments.GetRequiredValue(type)));
            await context.Cluster.PauseJobTypeAsync(request.JobType, cancellationToken);
            context.Write(request, (it, terminal) => terminal.WriteLine($"{it.JobType} is paused. Resume it: mindtrace job-types resume {it.JobType}"));
            return ExitCode.Success;
        });
    }

    private static Command Resume(CommandRunner runner, ClusterNames names)
    {
        var type = TypeArgument(names);
        return runner.Does(new CommandWithExamples(
            "resume", "Lets the jobs of a paused type begin again.",
            "mindtrace job-types resume echo_job") { type }, async (context, cancellationToken) =>
        {
            var request = new JobTypeRequest(JobType.Parse(context.Arguments.GetRequiredValue(type)));
            await context.Cluster.ResumeJobTypeAsync(request.JobType, cancellationToken);
            context.Write(request, (it, terminal) => terminal.WriteLine($"The jobs of {it.JobType} begin again"));
            return ExitCode.Success;
        });
    }

    private static Argument<string> TypeArgument(ClusterNames names) =>
        new("job-type") { Description = "The job type.", HelpName = "job-type", CompletionSources = { names.JobTypes } };
}
