using System.CommandLine;
using System.Globalization;
using Mindtrace.Cli.Completion;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Keys;

/// <summary><c>mindtrace keys</c>.</summary>
internal static class KeysCommand
{
    private const int MaxDays = 3650;

    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "keys", "Looks after API keys.",
        "mindtrace keys list", "mindtrace keys create ci --role submitter --expires-in-days 90")
    {
        Make(runner), List(runner), Revoke(runner, names),
    };

    private static Command Make(CommandRunner runner)
    {
        var name = NameArgument();
        var roles = new Option<Role[]>("--role")
        {
            Description = "What it opens, once or more often: viewer, submitter, operator, admin (each includes those before it), node, worker.",
            Required = true,
        };
        roles.Validators.Add(result =>
        {
            // The texts: numbers would be taken for roles as well.
            if (result.Tokens.Any(token => !Enum.GetNames<Role>().Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
            {
                result.AddError("--role must be one of viewer, submitter, operator, admin, node, worker.");
            }
        });
        var days = new Option<int?>("--expires-in-days") { Description = $"For how many days it is valid, 1 to {MaxDays}. The default is for ever." };
        days.Validators.Add(result =>
        {
            if (!int.TryParse(result.Tokens.SingleOrDefault()?.Value, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaxDays)
            {
                result.AddError($"--expires-in-days must be between 1 and {MaxDays}.");
            }
        });
        return runner.Does(new CommandWithExamples(
            "create", "Makes a key, and shows it: this once.", "mindtrace keys create ci --role submitter --expires-in-days 90")
        {
            name, roles, days,
        }, async (context, cancellationToken) =>
        {
            var request = new CreateKeyRequest(Name(context, name), context.Arguments.GetRequiredValue(roles))
            {
                ExpiresAt = context.Arguments.GetValue(days) is { } valid ? TimeProvider.System.GetUtcNow().AddDays(valid) : null,
            };
            context.Write(await context.Cluster.CreateKeyAsync(request, cancellationToken), (made, terminal) => terminal.WriteRaw(made.Key));
            return ExitCode.Success;
        });
    }

    private static Command List(CommandRunner runner) => runner.Does(new CommandWithExamples(
        "list", "Lists the keys.",
        "mindtrace keys list"), async (context, cancellationToken) =>
    {
        context.Write(await context.Cluster.ListKeysAsync(cancellationToken), (keys, terminal) =>
        {
            var table = new TextTable(Column.Whole("KEY"), "ROLES", Column.Whole(""), Column.Whole("EXPIRES"), Column.Whole("CREATED"));
            foreach (var key in keys)
            {
                table.Add(
                    Cell.Of(key.Name.Value), Cell.Of(string.Join(' ', key.Roles).ToLowerInvariant()), Cell.Of(key.Expired ? "expired" : null),
                    Cell.Time(key.ExpiresAt), Cell.Time(key.CreatedAt));
            }

            terminal.Write(table);
        });
        return ExitCode.Success;
    });

    private static Command Revoke(CommandRunner runner, ClusterNames names)
    {
        var name = NameArgument();
        name.HelpName = "name";
        name.CompletionSources.Add(names.Keys);
        return runner.Does(new CommandWithExamples(
            "revoke", "Has every service refuse a key within 5 seconds.",
            "mindtrace keys revoke ci") { name }, async (context, cancellationToken) =>
        {
            await context.Cluster.RevokeKeyAsync(Name(context, name), cancellationToken);
            context.Write(new KeyNameRequest(Name(context, name)), (it, terminal) => terminal.WriteLine($"{it.Name} is revoked"));
            return ExitCode.Success;
        });
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The key's name." };

    private static KeyName Name(CommandContext context, Argument<string> name) => KeyName.Parse(context.Arguments.GetRequiredValue(name));
}
