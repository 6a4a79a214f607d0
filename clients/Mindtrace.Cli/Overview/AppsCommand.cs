using System.CommandLine;
using Mindtrace.Cli.Completion;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Overview;

/// <summary><c>mindtrace apps</c>.</summary>
internal static class AppsCommand
{
    public static Command Create(CommandRunner runner, ClusterNames names) => new CommandWithExamples(
        "apps", "Looks after the apps behind the gateway.",
        "mindtrace apps list", "mindtrace apps register camera http://192.168.1.30:8080")
    {
        List(runner), Register(runner), Unregister(runner, names),
    };

    private static Command List(CommandRunner runner) => runner.Does(new CommandWithExamples(
        "list", "Lists the apps.",
        "mindtrace apps list"), async (context, cancellationToken) =>
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
        return runner.Does(new CommandWithExamples(
            "register", "Has the gateway lead /NAME/… to an app.",
            "mindtrace apps register camera http://192.168.1.30:8080") { name, url }, async (context, cancellationToken) =>
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
        return runner.Does(new CommandWithExamples(
            "unregister", "Has the gateway lead nothing to an app any more.",
            "mindtrace apps unregister camera") { name }, async (context, cancellationToken) =>
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
