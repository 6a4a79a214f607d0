namespace Mindtrace.TestServers;

/// <summary>What to run in a container.</summary>
/// <param name="Image">Name and tag of an image that the machine has.</param>
/// <param name="Ports">Ports inside the container that are published on free loopback ports.</param>
/// <param name="Arguments">What follows the image on the command line.</param>
internal sealed record ContainerSpec(string Image, IReadOnlyList<int> Ports, IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>One container with fixed host ports, which keeps its data until it is disposed.</summary>
internal sealed class Container : IServerProcess
{
    private const int PortAttempts = 5;
    private readonly string _name;
    private readonly Dictionary<int, int> _hostPorts;

    private Container(string name, Dictionary<int, int> hostPorts)
    {
        _name = name;
        _hostPorts = hostPorts;
    }

    /// <summary>Starts a container.</summary>
    /// <exception cref="ServerUnavailableException">The machine has no container runtime or not this image.</exception>
    /// <exception cref="InvalidOperationException">The runtime refused; the message says why.</exception>
    public static async Task<Container> RunAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        await ContainerRuntime.RequireAsync(cancellationToken, spec.Image);
        for (var attempt = 1; ; attempt++)
        {
            // Named by us, so that it can be removed even when the command that makes it is cut short.
            var container = new Container(
                $"mindtrace-test-{Guid.NewGuid():N}", spec.Ports.ToDictionary(port => port, _ => LoopbackPort.FindFree()));
            try
            {
                var answer = await ContainerRuntime.RunAsync(container.RunArguments(spec), cancellationToken);
                if (answer.ExitCode == 0)
                {
                    return container;
                }

                if (attempt == PortAttempts || !IsPortTaken(answer.Error))
                {
                    throw new InvalidOperationException($"A container of {spec.Image} did not start: {answer.Error}");
                }

                await container.DisposeAsync();
            }
            catch
            {
                await container.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Returns the loopback port where a port of the container is published.</summary>
    public int HostPort(int containerPort) => _hostPorts[containerPort];

    /// <summary>Runs a command inside the container.</summary>
    /// <exception cref="InvalidOperationException">The command failed; the message has what it wrote.</exception>
    public Task ExecuteAsync(CancellationToken cancellationToken, params IEnumerable<string> command) =>
        CallAsync(cancellationToken, ["exec", _name, .. command]);

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await CallAsync(cancellationToken, "kill", "--signal", "KILL", _name);
        await CallAsync(cancellationToken, "wait", _name);
    }

    public Task RestartAsync(CancellationToken cancellationToken) => CallAsync(cancellationToken, "restart", "-t", "0", _name);

    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken) =>
        await CallAsync(cancellationToken, "inspect", "--format", "{{.State.Running}}", _name) == "true";

    public async Task<string> ReadLogAsync(CancellationToken cancellationToken)
    {
        var log = await ContainerRuntime.RunAsync(["logs", "--tail", "40", _name], cancellationToken);
        return $"{log.Output}\n{log.Error}";
    }

    // The volumes that the image declares hold the data: they go with the container.
    public async ValueTask DisposeAsync() =>
        await ContainerRuntime.RunAsync(["rm", "--force", "--volumes", _name], CancellationToken.None);

    private static bool IsPortTaken(string error) =>
        error.Contains("already allocated", StringComparison.Ordinal) ||
        error.Contains("already in use", StringComparison.Ordinal);

    private static async Task<string> CallAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var answer = await ContainerRuntime.RunAsync(arguments, cancellationToken);
        return answer.ExitCode == 0
            ? answer.Output
            : throw new InvalidOperationException($"docker {string.Join(' ', arguments)} failed: {answer.Error}");
    }

    private IEnumerable<string> RunArguments(ContainerSpec spec) =>
    [
        "run", "--detach", "--pull", "never", "--name", _name, "--label", $"{TestProcess.Label}={TestProcess.Owner}",
        .. _hostPorts.SelectMany(port => new[] { "--publish", $"127.0.0.1:{port.Value}:{port.Key}" }),
        .. spec.Environment.SelectMany(setting => new[] { "--env", $"{setting.Key}={setting.Value}" }),
        spec.Image, .. spec.Arguments,
    ];
}
