using System.ComponentModel;

namespace Mindtrace.TestServers;

/// <summary>The container runtime of the machine, reached by the <c>docker</c> command.</summary>
public static class ContainerRuntime
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly Lazy<Task<string?>> Obstacle = new(FindObstacleAsync);

    /// <summary>Makes sure that containers of the given images can be started. Nothing is downloaded.</summary>
    /// <exception cref="ServerUnavailableException">
    /// No runtime answers, <c>MINDTRACE_TEST_CONTAINERS=off</c> forbids containers, or an image is missing.
    /// </exception>
    public static async Task RequireAsync(CancellationToken cancellationToken, params IEnumerable<string> images)
    {
        if (await Obstacle.Value.WaitAsync(cancellationToken) is { } reason)
        {
            throw new ServerUnavailableException(reason);
        }

        foreach (var image in images)
        {
            var answer = await RunAsync(["image", "inspect", "--format", "{{.Id}}", image], cancellationToken);
            if (answer.ExitCode != 0)
            {
                throw new ServerUnavailableException(
                    $"The container image {image} is missing: run tests/containers/build-images.sh, or pull it.");
            }
        }
    }

    internal static Task<CommandResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Command.RunAsync("docker", arguments, cancellationToken);

    private static async Task<string?> FindObstacleAsync()
    {
        if (Environment.GetEnvironmentVariable("MINDTRACE_TEST_CONTAINERS") == "off")
        {
            return "Container tests are switched off (MINDTRACE_TEST_CONTAINERS=off).";
        }

        using var limit = new CancellationTokenSource(AnswerTimeout);
        try
        {
            var answer = await RunAsync(["version", "--format", "{{.Server.Version}}"], limit.Token);
            return answer.ExitCode == 0 ? null : $"No container runtime answers: {answer.Error}";
        }
        catch (Win32Exception)
        {
            return "No container runtime: there is no docker command.";
        }
        catch (OperationCanceledException)
        {
            return $"No container runtime answers: docker was silent for {AnswerTimeout}.";
        }
    }
}
