using System.CommandLine;
using System.Reflection;

namespace Mindtrace.Cli.Completion;

/// <summary><c>mindtrace completion</c>: scripts that make shells complete what is typed.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "pwsh"];

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new CommandWithExamples(
            "completion", "Writes a script with which a shell completes commands, options, and names of the cluster.",
            "source <(mindtrace completion bash)                           in ~/.bashrc",
            "source <(mindtrace completion zsh)                            in ~/.zshrc, after compinit",
            "mindtrace completion pwsh | Out-String | Invoke-Expression    in $PROFILE")
        {
            shell,
        };
        command.SetAction(arguments => terminal.WriteRaw(Read(arguments.GetRequiredValue(shell))));
        return command;
    }

    private static string Read(string shell)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
