using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Mindtrace.Cli;

/// <summary>The help of System.CommandLine, followed by a command's examples or, for the whole program, by what its exit codes mean.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Start =
        """
        Examples:
          mindtrace submit echo_job '{"message": "hello"}' --wait
          mindtrace jobs list --status failed --status error
          mindtrace why JOB
          mindtrace top

        """;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case RootCommand:
                output.WriteLine(Start);
                output.WriteLine("Exit codes:");
                foreach (var (value, meaning) in ExitCodes.Meanings)
                {
                    output.WriteLine($"  {(int)value,3}  {meaning}");
                }

                output.WriteLine();
                break;
            case CommandWithExamples { Examples: var examples }:
                output.WriteLine("Examples:");
                foreach (var example in examples)
                {
                    output.WriteLine($"  {example}");
                }

                output.WriteLine();
                break;
        }

        return code;
    }
}
