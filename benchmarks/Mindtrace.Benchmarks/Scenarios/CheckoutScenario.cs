using Mindtrace.Environments;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Benchmarks;

/// <summary>What a script in a checkout costs above <c>git clone</c> of the same repository and the same command, with a mirror that has the commit.</summary>
internal sealed class CheckoutScenario : IScenario
{
    private const int Files = 100;

    private static readonly string[] Command = ["echo", "hello"];

    public string Name => "checkouts";

    public string Description => "A script in a checkout: git clone and the command (the limit), and from a mirror that has the commit; needs git and Linux";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var folder = new TemporaryFolder("mindtrace-bench-checkouts-");
        var source = Path.Combine(folder.Path, "source");
        await MakeRepositoryAsync(source, cancellationToken);
        var url = new Uri(source).AbsoluteUri;
        using var runner = new GitScriptRunner(
            new ScriptPolicy { AllowProcesses = true, AllowFileRepositories = true }, new GitTokenOptions(),
            new ScriptDirectoryOptions { RunsDirectory = Path.Combine(folder.Path, "runs"), MirrorsDirectory = Path.Combine(folder.Path, "mirrors") },
            TimeProvider.System);
        return await Overhead.MeasureAsync(
            Name, RunBareAsync, () => Overhead.RunAsync(runner, new GitEnvironment(url), new ScriptCommand(Command), cancellationToken));

        async Task RunBareAsync()
        {
            var clone = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
            await Overhead.RunAsync("git", ["clone", "--quiet", url, clone], cancellationToken);
            await Overhead.RunAsync(Command[0], Command[1..], cancellationToken);
            Directory.Delete(clone, recursive: true);
        }
    }

    private static async Task MakeRepositoryAsync(string folder, CancellationToken cancellationToken)
    {
        await Overhead.RunAsync("git", ["init", "--quiet", folder], cancellationToken);
        for (var file = 0; file < Files; file++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{file}.txt"), new string('x', 1000) + file, cancellationToken);
        }

        await Overhead.RunAsync("git", ["-C", folder, "add", "."], cancellationToken);
        await Overhead.RunAsync(
            "git", ["-C", folder, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "Files"], cancellationToken);
    }
}
