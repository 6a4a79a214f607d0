using System.CommandLine;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace job-types</c>.</summary>
internal static class JobTypesCommand
{
    public static Command Create(CommandRunner runner) => new("job-types", "Looks at job types, and where their jobs go.")
    {
        runner.Does(new Command("list", "Lists the job types that have a route or a definition."), async (context, cancellationToken) =>
        {
            context.Write(await context.Cluster.ListJobTypesAsync(cancellationToken), (types, terminal) =>
            {
                var table = Tables.Create("JOB TYPE", "GOES TO", "ATTEMPTS");
                foreach (var type in types)
                {
                    table.Add(
                        Tables.Text(type.JobType.Value), Tables.Text(type.Endpoint ?? (type.HasRoute ? "its queue" : "nowhere")),
                        Tables.Text(type.Definition?.MaxAttempts ?? 1));
                }

                terminal.Write(table);
            });
            return ExitCode.Success;
        }),
    };
}
