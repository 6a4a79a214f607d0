using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Audit;

/// <summary><c>mindtrace audit</c>.</summary>
internal static class AuditCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names)
    {
        var key = new Option<string?>("--key") { Description = "Only what was done with the key of this name.", HelpName = "key", CompletionSources = { names.Keys } };
        var operation = new Option<string?>("--operation") { Description = "Only calls of this operation, such as cancel_job." };
        var target = new Option<string?>("--target") { Description = "Only what was done to this job, job type, worker type, key or URL." };
        var limit = new Option<int>("--limit", "-n") { Description = "How many entries, 1 to 1000.", DefaultValueFactory = _ => 100 };
        var command = new CommandWithExamples(
            "audit", "Lists who changed what, the newest first.",
            "mindtrace audit --key ci", "mindtrace audit --operation cancel_job --limit 20") { key, operation, target, limit };
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
        var table = new TextTable(Column.Whole("TIME"), Column.Whole("STATUS"), "KEY", "OPERATION", Column.Whole("TARGET"), "ADDRESS");
        foreach (var entry in page.Entries)
        {
            table.Add(
                Cell.Time(entry.At), Cell.Of(entry.Status), Cell.Of(entry.Key), Cell.Of(entry.Operation), Cell.Of(entry.Target), Cell.Of(entry.Address));
        }

        terminal.Write(table);
        terminal.WriteRemark($"{page.Entries.Count} entries{(page.NextCursor is null ? "" : ", and more: --limit")}");
    }
}
