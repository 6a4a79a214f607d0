using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>One run on this machine: a folder of its own, and the commands that run in it, one after the other.</summary>
/// <remarks>Disposing it ends whatever is left of it and removes the folder.</remarks>
internal sealed class ScriptRun : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly OrderedScriptOutput _output;
    private readonly IReadOnlyDictionary<string, string> _environment;

    /// <param name="id">Its name, that of nothing else on this machine, ever.</param>
    /// <param name="folder">The folder to make.</param>
    /// <param name="groups">Where control groups are made.</param>
    /// <param name="environment">The variables that every command gets.</param>
    /// <param name="limits">What all its commands may use together.</param>
    /// <param name="output">What hears of each line.</param>
    /// <param name="time">The clock of the limits.</param>
    public ScriptRun(
        string id, string folder, ControlGroups groups, IReadOnlyDictionary<string, string> environment, ScriptLimits limits, IScriptOutput output,
        TimeProvider time)
    {
        (Id, Folder, Limits, Groups, Time) = (id, folder, limits, groups, time);
        _output = new OrderedScriptOutput(output);
        OutputLeft = limits.OutputBytes;
        Home = MakeFolder("home");
        Temp = MakeFolder("tmp");
        _environment = new Dictionary<string, string>(environment)
        {
            ["HOME"] = Home,
            ["TMPDIR"] = Temp,
            ["DOTNET_CLI_HOME"] = Home,
            [ProcessTable.MarkVariable] = id,
        };
    }

    public string Id { get; }

    /// <summary>Gets the folder that goes with the run.</summary>
    public string Folder { get; }

    /// <summary>Gets the home directory of its commands.</summary>
    public string Home { get; }

    /// <summary>Gets the folder for temporary files of its commands.</summary>
    public string Temp { get; }

    public ScriptLimits Limits { get; }

    public ControlGroups Groups { get; }

    public TimeProvider Time { get; }

    public IScriptOutput Output => _output;

    /// <summary>Gets or sets how much output its commands may still write, in bytes.</summary>
    public long OutputLeft { get; set; }

    /// <summary>Gets or sets how large the folder was when the commands could not have written to it.</summary>
    public long FolderBytesAtStart { get; set; }

    /// <summary>Tells of what is done to make the environment.</summary>
    public ValueTask TellAsync(string line, CancellationToken cancellationToken) =>
        _output.WriteLineAsync(ScriptStream.Environment, line, cancellationToken);

    /// <summary>Runs a command to its end, whatever that is. Nothing of it runs afterwards.</summary>
    /// <param name="arguments">The program, then its arguments.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="variables">Variables of its own.</param>
    /// <param name="timeout">How long it may run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CommandEnd> RunAsync(
        IReadOnlyList<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string> variables, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var start = CommandLauncher.Prepare(arguments, workingDirectory, _environment, variables, Limits, Groups.Make(Id, Limits));
        await using var command = new RunningCommand(this, start);
        return await command.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await RunRemains.RemoveAsync(Id, Folder, Groups, Time).ConfigureAwait(false);
        _output.Dispose();
    }

    private string MakeFolder(string name)
    {
        var folder = Path.Combine(Folder, name);
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(folder).FullName;
        }

        Directory.CreateDirectory(Folder, OwnerOnly);
        return Directory.CreateDirectory(folder, OwnerOnly).FullName;
    }
}

/// <summary>How a command ended.</summary>
/// <param name="Verdict">The kind of end.</param>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal when one ended it.</param>
/// <param name="Stdout">The end of its standard output.</param>
/// <param name="Stderr">The end of its standard error.</param>
/// <param name="Reason">Why it ended, if not by itself.</param>
internal sealed record CommandEnd(ScriptVerdict Verdict, int ExitCode, string Stdout, string Stderr, string? Reason)
{
    public bool Succeeded => Verdict == ScriptVerdict.Exited && ExitCode == 0;
}
