using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;
using Mindtrace.Jobs;

namespace Mindtrace.Worker.Scripts;

/// <summary>What a <see cref="RunScriptWorker"/> is sent.</summary>
internal sealed record RunScriptWorkerInput
{
    private const string DefaultShell = "sh";

    /// <summary>Gets where the command runs.</summary>
    public ScriptEnvironment? Environment { get; init; }

    /// <summary>Gets what runs: a line for a shell, or a program with its arguments.</summary>
    public CommandText? Command { get; init; }

    /// <summary>Gets the shell of lines: a program of the environment that knows <c>-c</c>. The default is <c>sh</c>.</summary>
    public string Shell { get; init; } = DefaultShell;

    /// <summary>Gets what prepares a checkout, instead of what its files ask for.</summary>
    public IReadOnlyList<CommandText>? Setup { get; init; }

    /// <summary>Gets what the command may use, if that is less than its machine allows.</summary>
    public ScriptLimitsRequest? Limits { get; init; }

    /// <exception cref="ScriptRefusedException">There is no command.</exception>
    public ScriptCommand CommandOf(JobId job) => ToCommand("command", Command) with { JobId = job.Value };

    /// <exception cref="ScriptRefusedException">A command is empty.</exception>
    public IReadOnlyList<ScriptCommand>? SetupCommands() => Setup is null ? null : [.. Setup.Select(command => ToCommand("setup", command))];

    private ScriptCommand ToCommand(string field, CommandText? command)
    {
        if (Shell.Length == 0 || Shell[0] == '-')
        {
            throw new ScriptRefusedException("shell", $"'{Shell}' is no shell.");
        }

        return command switch
        {
            { Line: { } line } when !string.IsNullOrWhiteSpace(line) => ScriptCommand.Shell(line, Shell),
            { Arguments: [{ Length: > 0 }, ..] arguments } => new ScriptCommand(arguments),
            _ => throw new ScriptRefusedException(field, "A command must be a line, or a list of a program and its arguments."),
        };
    }
}

/// <summary>Where a command runs: one of the two.</summary>
/// <param name="Git">In a checkout of a git repository.</param>
/// <param name="Docker">In a container.</param>
internal sealed record ScriptEnvironment(GitEnvironment? Git = null, ContainerEnvironment? Docker = null);
