namespace Mindtrace.Environments.Scripts;

/// <summary>Hears what a command writes, line by line, while it runs.</summary>
public interface IScriptOutput
{
    /// <summary>Takes a line. It is called for one line after the other, and slows the command down while it has not come back.</summary>
    /// <param name="stream">Where the line was written.</param>
    /// <param name="line">The line without its end; lines longer than 16 KiB come in pieces of that size.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the line was taken.</returns>
    ValueTask WriteLineAsync(ScriptStream stream, string line, CancellationToken cancellationToken);
}

/// <summary>Where a line of output came from.</summary>
public enum ScriptStream
{
    /// <summary>The command's standard output.</summary>
    Stdout,

    /// <summary>The command's standard error.</summary>
    Stderr,

    /// <summary>The making and removing of the environment: what was cloned, pulled, synced.</summary>
    Environment,
}
