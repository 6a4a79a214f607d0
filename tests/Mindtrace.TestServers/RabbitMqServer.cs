using System.Security.Cryptography;

namespace Mindtrace.TestServers;

/// <summary>
/// RabbitMQ with the management plugin. <c>MINDTRACE_TEST_RABBITMQ</c> names an existing broker instead, as an
/// <c>amqp://</c> URI; its management API is then looked for on port 15672 of the same host.
/// </summary>
public sealed class RabbitMqServer : TestServer
{
    private const string Image = "rabbitmq:4.3-management";
    private const int AmqpPort = 5672;
    private const int ManagementPort = 15672;

    private int _managementPort = ManagementPort;

    /// <summary>Creates a broker that is not started yet.</summary>
    public RabbitMqServer()
        : base("MINDTRACE_TEST_RABBITMQ")
    {
    }

    /// <summary>Gets the address of the management API, without credentials: those of the connection string count.</summary>
    /// <exception cref="ServerUnavailableException">The machine cannot provide this server.</exception>
    /// <exception cref="InvalidOperationException">The server was not started.</exception>
    public Uri ManagementUri => new UriBuilder(Uri.UriSchemeHttp, new Uri(ConnectionString).Host, _managementPort).Uri;

    /// <summary>Makes the queues that were declared so far survive <see cref="TestServer.KillAsync"/>.</summary>
    /// <remarks>
    /// The broker writes the registration of a new quorum queue to disk up to a second after it confirmed the declaration.
    /// Killed before that, it comes back with the queue but without the messages it confirmed (RabbitMQ 4.3.6; its log
    /// says "name_not_registered"). A test of anything but that window calls this between declaration and kill.
    /// </remarks>
    /// <exception cref="ServerUnavailableException">The broker came from the environment.</exception>
    public Task PersistDeclarationsAsync(CancellationToken cancellationToken) =>
        OwnProcess<Container>().ExecuteAsync(
            cancellationToken, "rabbitmqctl", "--quiet", "eval", "[ok = dets:sync(Table) || Table <- dets:all()].");

    /// <summary>Has the running broker forget everything: queues, messages, declarations. It then serves as on its first day.</summary>
    /// <exception cref="ServerUnavailableException">The broker came from the environment.</exception>
    public async Task ForgetAllAsync(CancellationToken cancellationToken)
    {
        foreach (var command in (string[])["stop_app", "reset", "start_app"])
        {
            await OwnProcess<Container>().ExecuteAsync(cancellationToken, "rabbitmqctl", "--quiet", command);
        }
    }

    private protected override async Task<RunningServer> LaunchAsync(CancellationToken cancellationToken)
    {
        const string User = "mindtrace";
        var password = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var spec = new ContainerSpec(Image, [AmqpPort, ManagementPort], [])
        {
            Environment = new Dictionary<string, string> { ["RABBITMQ_DEFAULT_USER"] = User, ["RABBITMQ_DEFAULT_PASS"] = password },
        };
        var container = await Container.RunAsync(spec, cancellationToken);
        var port = container.HostPort(AmqpPort);
        _managementPort = container.HostPort(ManagementPort);
        var management = new Uri($"http://127.0.0.1:{_managementPort}/");
        return new RunningServer(
            container,
            $"amqp://{User}:{password}@127.0.0.1:{port}/",
            async cancel => await AmqpHandshake.AnswersAsync(port, cancel) && await HttpHealth.AnswersAsync(management, cancel));
    }
}
