using System.CommandLine;
using System.Globalization;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Keys;

/// <summary><c>mindtrace keys</c>.</summary>
internal static class KeysCommand
{
    private const int MaxDays = 3650;

    public static Command Create(CommandRunner runner) => new("keys", "Looks after API keys.")
    {
        Make(runner), List(runner), Revoke(runner),
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
        return runner.Does(new Command("create", "Makes a key, and shows it: this once.") { name, roles, days }, async (context, cancellationToken) =>
        {
            var request = new CreateKeyRequest(Name(context, name), context.Arguments.GetRequiredValue(roles))
            {
                ExpiresAt = context.Arguments.GetValue(days) is { } valid ? TimeProvider.System.GetUtcNow().AddDays(valid) : null,
            };
            context.Write(await context.Cluster.CreateKeyAsync(request, cancellationToken), (made, terminal) => terminal.WriteRaw(made.Key));
            return ExitCode.Success;
        });
    }

    private static Command List(CommandRunner runner) => runner.Does(new Command("list", "Lists the keys."), async (context, cancellationToken) =>
    {
        context.Write(await context.Cluster.ListKeysAsync(cancellationToken), (keys, terminal) =>
        {
            var table = Tables.Create("KEY", "ROLES", "CREATED", "EXPIRES", "");
            foreach (var key in keys)
            {
                table.Add(
                    Tables.Text(key.Name.Value), Tables.Text(string.Join(' ', key.Roles).ToLowerInvariant()),
                    Tables.Time(key.CreatedAt), Tables.Time(key.ExpiresAt), Tables.Text(key.Expired ? "expired" : null));
            }

            terminal.Write(table);
        });
        return ExitCode.Success;
    });

    private static Command Revoke(CommandRunner runner)
    {
        var name = NameArgument();
        return runner.Does(new Command("revoke", "Has every service refuse a key within 5 seconds.") { name }, async (context, cancellationToken) =>
        {
            await context.Cluster.RevokeKeyAsync(Name(context, name), cancellationToken);
            return ExitCode.Success;
        });
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The key's name." };

    private static KeyName Name(CommandContext context, Argument<string> name) => KeyName.Parse(context.Arguments.GetRequiredValue(name));
}
