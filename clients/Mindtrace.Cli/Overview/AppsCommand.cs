using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace apps</c>.</summary>
internal static class AppsCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => new("apps", "Looks after the apps behind the gateway.")
    {
        List(runner), Register(runner), Unregister(runner, names),
    };

    private static Command List(CommandRunner runner) => runner.Does(new Command("list", "Lists the apps."), async (context, cancellationToken) =>
    {
        context.Write(await context.Cluster.ListAppsAsync(cancellationToken), (apps, terminal) =>
        {
            var table = new TextTable(Column.Whole("APP"), Column.Whole("URL"));
            foreach (var app in apps)
            {
                table.Add(Cell.Of(app.Name.Value), Cell.Of(app.Url.AbsoluteUri));
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
            var app = new RegisterAppRequest(Name(context, name), context.Arguments.GetRequiredValue(url));
            await context.Cluster.RegisterAppAsync(app.Name, app.Url, cancellationToken);
            context.Write(app, (it, terminal) => terminal.WriteLine($"/{it.Name}/ leads to {it.Url}"));
            return ExitCode.Success;
        });
    }

    private static Command Unregister(CommandRunner runner, ClusterNames names)
    {
        var name = NameArgument();
        name.HelpName = "name";
        name.CompletionSources.Add(names.Apps);
        return runner.Does(new Command("unregister", "Has the gateway lead nothing to an app any more.") { name }, async (context, cancellationToken) =>
        {
            var app = new AppNameRequest(Name(context, name));
            await context.Cluster.UnregisterAppAsync(app.Name, cancellationToken);
            context.Write(app, (it, terminal) => terminal.WriteLine($"/{it.Name}/ leads nowhere any more"));
            return ExitCode.Success;
        });
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The app's name." };

    private static AppName Name(CommandContext context, Argument<string> name) => AppName.Parse(context.Arguments.GetRequiredValue(name));
}
