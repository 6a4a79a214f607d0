using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>One run in a checkout: makes it, prepares it, runs the command.</summary>
internal sealed class GitScriptAttempt(
    ScriptRun run, GitCheckouts checkouts, CommandEnvironment machine, GitEnvironment environment,
    IReadOnlyDictionary<string, string> variables, GitTrees trees, TimeProvider time)
{
    private const string SyncStep = "sync";
    private const string SetupStep = "setup";

    private string _step = GitStepException.Clone;
    private string? _commit;

    public async Task<ScriptResult> RunAsync(GitRepository repository, ScriptCommand command, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(run.Limits.SetupTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (folder, sync) = await PrepareAsync(repository, either.Token).ConfigureAwait(false);
            if (await SyncAsync(folder, sync, either.Token).ConfigureAwait(false) is { } failed)
            {
                either.Token.ThrowIfCancellationRequested();
                return failed;
            }

            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            var end = await run.RunAsync(sync.Apply(command), folder, variables, run.Limits.RunTimeout, cancellationToken).ConfigureAwait(false);
            return Result(end);
        }
        catch (GitStepException fault)
        {
            return Failed(fault.Step, fault.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new ScriptResult(ScriptVerdict.Cancelled, ExitCode: null, "", "") { Commit = _commit, Reason = "It was cancelled before the command ran." };
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Failed(_step, $"The environment was not made within {run.Limits.SetupTimeout}.");
        }
    }

    private async Task<(string Folder, DependencySync Sync)> PrepareAsync(GitRepository repository, CancellationToken cancellationToken)
    {
        await run.TellAsync($"Cloning {repository}", cancellationToken).ConfigureAwait(false);
        var tree = Path.Combine(run.Folder, "tree");
        _commit = await checkouts.CheckOutAsync(repository, environment, tree, trees, run, cancellationToken).ConfigureAwait(false);
        _step = GitStepException.Checkout;
        var folder = TreePath.Find(tree, "environment.git.working_dir", environment.WorkingDir);
        if (environment.Project is { Length: > 0 } project)
        {
            TreePath.Find(tree, "environment.git.project", Path.Combine(environment.WorkingDir ?? "", project));
        }

        run.FolderBytesAtStart = FolderSize.Measure(run.Folder);
        return (folder, environment.Setup is null ? DependencySync.Of(folder, environment.Project) : DependencySync.None);
    }

    /// <returns>How it failed; none when it did not.</returns>
    private async Task<ScriptResult?> SyncAsync(string folder, DependencySync sync, CancellationToken cancellationToken)
    {
        _step = environment.Setup is null ? SyncStep : SetupStep;
        var commands = environment.Setup?.Select(command => command.Arguments) ?? (sync.Command is null ? [] : [sync.Command]);
        foreach (var command in commands)
        {
            if (sync.Command is not null && !machine.CanFind(command[0]))
            {
                return Failed(_step, $"The repository asks for '{string.Join(' ', command)}', and {command[0]} is not installed on this machine.");
            }

            await run.TellAsync($"Running {string.Join(' ', command)}", cancellationToken).ConfigureAwait(false);
            var end = await run.RunAsync(command, folder, variables, run.Limits.SetupTimeout, cancellationToken).ConfigureAwait(false);
            if (!end.Succeeded)
            {
                return Result(end) with
                {
                    Verdict = ScriptVerdict.EnvironmentFailed,
                    FailedStep = _step,
                    Reason = $"'{string.Join(' ', command)}' failed. {end.Reason ?? $"Its exit code was {end.ExitCode}."}",
                };
            }
        }

        return null;
    }

    private ScriptResult Result(CommandEnd end) =>
        new(end.Verdict, end.ExitCode, end.Stdout, end.Stderr) { Commit = _commit, Reason = end.Reason };

    private ScriptResult Failed(string step, string reason) =>
        new(ScriptVerdict.EnvironmentFailed, ExitCode: null, "", "") { Commit = _commit, FailedStep = step, Reason = reason };
}
