using System.CommandLine;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace apps</c>.</summary>
internal static class AppsCommand
{
    public static Command Create(CommandRunner runner) => new("apps", "Looks after the apps behind the gateway.")
    {
        List(runner), Register(runner), Unregister(runner),
    };

    private static Command List(CommandRunner runner) => runner.Does(new Command("list", "Lists the apps."), async (context, cancellationToken) =>
    {
        context.Write(await context.Cluster.ListAppsAsync(cancellationToken), (apps, terminal) =>
        {
            var table = Tables.Create("APP", "URL");
            foreach (var app in apps)
            {
                table.Add(Tables.Text(app.Name.Value), Tables.Text(app.Url.AbsoluteUri));
            }

            terminal.Write(table);
        });
        return ExitCode.Success;
    });

    private static Command Register(CommandRunner runner)
    {
        var (name, url) = (NameArgument(), UrlSymbols.Argument("address", "Where it is, as seen from the manager."));
        return runner.Does(new Command("register", "Has the gateway lead /NAME/… to an app.") { name, url }, async (context, cancellationToken) =>
        {
            await context.Cluster.RegisterAppAsync(Name(context, name), context.Arguments.GetRequiredValue(url), cancellationToken);
            return ExitCode.Success;
        });
    }

    private static Command Unregister(CommandRunner runner)
    {
        var name = NameArgument();
        return runner.Does(new Command("unregister", "Has the gateway lead nothing to an app any more.") { name }, async (context, cancellationToken) =>
        {
            await context.Cluster.UnregisterAppAsync(Name(context, name), cancellationToken);
            return ExitCode.Success;
        });
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The app's name." };

    private static AppName Name(CommandContext context, Argument<string> name) => AppName.Parse(context.Arguments.GetRequiredValue(name));
}
