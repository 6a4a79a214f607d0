using System.CommandLine;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Audit;

/// <summary><c>mindtrace audit</c>.</summary>
internal static class AuditCommand
{
    public static Command Create(CommandRunner runner)
    {
        var key = new Option<string?>("--key") { Description = "Only what was done with the key of this name." };
        var operation = new Option<string?>("--operation") { Description = "Only calls of this operation, such as cancel_job." };
        var target = new Option<string?>("--target") { Description = "Only what was done to this job, job type, worker type, key or URL." };
        var limit = new Option<int>("--limit", "-n") { Description = "How many entries, 1 to 1000.", DefaultValueFactory = _ => 100 };
        var command = new Command("audit", "Lists who changed what, the newest first.") { key, operation, target, limit };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var request = new ListAuditRequest
            {
                Key = context.Arguments.GetValue(key),
                Operation = context.Arguments.GetValue(operation),
                Target = context.Arguments.GetValue(target),
                Limit = context.Arguments.GetValue(limit),
            };
            context.Write(await context.Cluster.ListAuditAsync(request, cancellationToken), WriteTable);
            return ExitCode.Success;
        });
    }

    private static void WriteTable(ListAuditResponse page, Terminal terminal)
    {
        var table = Tables.Create("TIME", "KEY", "OPERATION", "TARGET", "STATUS", "ADDRESS");
        foreach (var entry in page.Entries)
        {
            table.Add(
                Tables.Time(entry.At), Tables.Text(entry.Key), Tables.Text(entry.Operation), Tables.FirstLine(entry.Target),
                Tables.Text(entry.Status), Tables.Text(entry.Address));
        }

        terminal.Write(table);
        terminal.WriteMarkup($"[dim]{page.Entries.Count} entries{(page.NextCursor is null ? "" : ", and more: --limit")}[/]");
    }
}
