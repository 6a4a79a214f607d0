using System.CommandLine;

namespace Mindtrace.Cli.Workers;

/// <summary><c>--timeout</c> of a drain.</summary>
internal static class DrainOption
{
    public static Option<double?> Create() => new("--timeout")
    {
        Description = "After so many seconds what still runs is given back, at no cost to the job. The default is to wait for it.",
    };

    public static TimeSpan? Read(CommandContext context, Option<double?> option) =>
        context.Arguments.GetValue(option) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
