using System.Text;

namespace Mindtrace.TestServers;

/// <summary>The services of a Compose file, in a project of their own, which goes with its volumes when disposed.</summary>
public sealed class ComposedCluster : IAsyncDisposable
{
    private readonly string _project = $"mindtrace-test-{Guid.NewGuid():N}";
    private readonly string _file;
    private readonly string _marks;
    private readonly IReadOnlyDictionary<string, string> _settings;

    private ComposedCluster(string file, string marks, IReadOnlyDictionary<string, string> settings) =>
        (_file, _marks, _settings) = (file, marks, settings);

    /// <summary>Prepares a file with the values of its variables. Nothing is started yet.</summary>
    /// <param name="file">The Compose file.</param>
    /// <param name="services">The names of all its services, which are marked as those of this test process.</param>
    /// <param name="settings">The values of the file's variables.</param>
    /// <param name="cancellationToken">Ends the look for a runtime.</param>
    /// <returns>The project.</returns>
    /// <exception cref="ServerUnavailableException">The machine has no container runtime or no Compose.</exception>
    public static async Task<ComposedCluster> PrepareAsync(
        string file, IEnumerable<string> services, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        await ContainerRuntime.RequireAsync(cancellationToken);
        var marks = Path.Combine(Path.GetTempPath(), $"mindtrace-test-{Guid.NewGuid():N}.yaml");
        var text = new StringBuilder("services:\n");
        foreach (var service in services)
        {
            text.Append($"  {service}: {{labels: {{{TestProcess.Label}: \"{TestProcess.Owner}\"}}}}\n");
        }

        await File.WriteAllTextAsync(marks, text.ToString(), cancellationToken);
        return new ComposedCluster(file, marks, settings);
    }

    /// <summary>Calls Compose for this project.</summary>
    /// <param name="cancellationToken">Kills the call.</param>
    /// <param name="arguments">The arguments, after those that name the project.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        var (program, first) = await FindAsync(cancellationToken);
        var result = await Command.RunAsync(
            program, [.. first, "--project-name", _project, "--file", _file, "--file", _marks, .. arguments], cancellationToken, _settings);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"docker compose {string.Join(' ', arguments)} failed: {result.Error}\n{result.Output}");
    }

    /// <summary>Removes containers, networks and volumes.</summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync(CancellationToken.None, "down", "--volumes", "--timeout", "5");
        File.Delete(_marks);
    }

    private static async Task<(string Program, string[] First)> FindAsync(CancellationToken cancellationToken)
    {
        if ((await ContainerRuntime.RunAsync(["compose", "version"], cancellationToken)).ExitCode == 0)
        {
            return ("docker", ["compose"]);
        }

        try
        {
            await Command.RunAsync("docker-compose", ["version"], cancellationToken);
            return ("docker-compose", []);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new ServerUnavailableException("There is no Docker Compose: install docker-compose, or its plugin.");
        }
    }
}
