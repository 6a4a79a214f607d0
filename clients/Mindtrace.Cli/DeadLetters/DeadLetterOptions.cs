using System.CommandLine;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.DeadLetters;

/// <summary>The options that say which dead letters are meant.</summary>
internal sealed class DeadLetterOptions
{
    private readonly Option<string[]> _types = new("--type", "-t") { Description = "Only jobs of these types." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Only jobs with this in their error, such as heartbeat_timeout." };
    private readonly Option<DateTimeOffset?> _since = new("--since") { Description = "Only jobs that failed from this time on." };
    private readonly Option<DateTimeOffset?> _until = new("--until") { Description = "Only jobs that failed up to this time." };
    private readonly Option<int> _limit = new("--limit", "-n") { Description = "How many at once, 1 to 1000.", DefaultValueFactory = _ => 100 };

    public Command AddTo(Command command)
    {
        foreach (var option in (Option[])[_types, _reason, _since, _until, _limit])
        {
            command.Add(option);
        }

        return command;
    }

    public DeadLettersRequest Read(CommandContext context) => new()
    {
        JobTypes = [.. (context.Arguments.GetValue(_types) ?? []).Select(JobType.Parse)],
        Reason = context.Arguments.GetValue(_reason),
        From = context.Arguments.GetValue(_since),
        To = context.Arguments.GetValue(_until),
        Limit = context.Arguments.GetValue(_limit),
    };
}
