using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Runs commands in fresh checkouts of git repositories, as processes of this machine.</summary>
public sealed class GitScriptRunner : IScriptRunner<GitEnvironment>, IDisposable
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly ScriptPolicy _policy;
    private readonly GitRepositoryRules _rules;
    private readonly GitChildren _git = new();
    private readonly GitCheckouts _checkouts;
    private readonly CommandEnvironment _environment;
    private readonly Lazy<ScriptRuns> _runs;
    private readonly TimeProvider _time;

    /// <summary>Initializes a new instance of the <see cref="GitScriptRunner"/> class.</summary>
    /// <param name="policy">What is allowed.</param>
    /// <param name="token">The token of private repositories.</param>
    /// <param name="directories">Where things are kept.</param>
    /// <param name="time">The clock of the limits.</param>
    public GitScriptRunner(ScriptPolicy policy, GitTokenOptions token, ScriptDirectoryOptions directories, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(directories);
        (_policy, _time) = (policy, time);
        _rules = new GitRepositoryRules(policy, token);
        _checkouts = new GitCheckouts(_rules, new GitMirrors(directories, _git, time));
        _environment = new CommandEnvironment(directories.Environment);
        _runs = new Lazy<ScriptRuns>(() => new ScriptRuns(directories.RunsDirectory, ControlGroups.Detect(directories.ControlGroup), time));
    }

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(
        GitEnvironment environment, ScriptCommand command, ScriptLimits limits, IScriptOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(limits);
        var repository = Check(environment);
        await using var run = _runs.Value.Begin(_environment.Variables, limits, output);
        using var trees = new GitTrees();
        var attempt = new GitScriptAttempt(run, _checkouts, _environment, environment, environment.Environment ?? NoVariables, trees, _time);
        return await attempt.RunAsync(repository, command, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<int> RemoveOrphansAsync(CancellationToken cancellationToken) =>
        _policy.AllowProcesses ? _runs.Value.RemoveOrphansAsync(cancellationToken) : Task.FromResult(0);

    /// <summary>Ends git's processes.</summary>
    public void Dispose()
    {
        _git.Dispose();
        if (_runs.IsValueCreated)
        {
            _runs.Value.Dispose();
        }
    }

    private GitRepository Check(GitEnvironment environment)
    {
        if (!_policy.AllowProcesses)
        {
            throw new ScriptRefusedException(
                $"{ScriptPolicy.SectionName}:{nameof(ScriptPolicy.AllowProcesses)}",
                "Scripts from git repositories are not allowed on this machine: they run as bare processes in the account of the worker.");
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new ScriptRefusedException("environment.git", "Scripts from git repositories run on Linux only.");
        }

        GitNames.CheckRevision("environment.git.branch", environment.Branch);
        GitNames.CheckRevision("environment.git.commit", environment.Commit);
        GitNames.CheckPath("environment.git.working_dir", environment.WorkingDir);
        GitNames.CheckPath("environment.git.project", environment.Project);
        GitNames.CheckVariables("environment.git.environment", environment.Environment ?? NoVariables);
        return _rules.Check(environment.RepoUrl ?? "");
    }
}
