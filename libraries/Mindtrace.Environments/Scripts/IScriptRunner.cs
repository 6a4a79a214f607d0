namespace Mindtrace.Environments.Scripts;

/// <summary>Runs commands in environments of one kind, each in a fresh one that is gone afterwards, whatever happens.</summary>
/// <typeparam name="TEnvironment">What the environment is made from.</typeparam>
public interface IScriptRunner<in TEnvironment>
{
    /// <summary>Makes an environment, runs the command in it, and removes it.</summary>
    /// <param name="environment">What the environment is made from. Nothing in it is trusted.</param>
    /// <param name="command">What to run.</param>
    /// <param name="limits">What the run may use.</param>
    /// <param name="output">Hears of each line while the command runs, and of what is done to make the environment.</param>
    /// <param name="cancellationToken">Ends the command with all that it started; the result then says <see cref="ScriptVerdict.Cancelled"/>.</param>
    /// <returns>How it ended. A command that fails, a limit that is met and an environment that cannot be made are results, no exceptions.</returns>
    /// <exception cref="ScriptRefusedException">The policy forbids it. Nothing was done.</exception>
    Task<ScriptResult> RunAsync(
        TEnvironment environment, ScriptCommand command, ScriptLimits limits, IScriptOutput output, CancellationToken cancellationToken);

    /// <summary>Removes what earlier runs of the same owner left behind when their process died: processes, containers, directories.</summary>
    /// <param name="cancellationToken">Stops the removal.</param>
    /// <returns>How many were removed.</returns>
    Task<int> RemoveOrphansAsync(CancellationToken cancellationToken);
}
