namespace Mindtrace.TestServers;

/// <summary>
/// Redis with an append-only file. <c>MINDTRACE_TEST_REDIS</c> names an existing server instead, as
/// StackExchange.Redis reads it.
/// </summary>
public sealed class RedisServer : TestServer
{
    private const string Image = "redis:8.6";
    private const int Port = 6379;

    /// <summary>Creates a server that is not started yet.</summary>
    public RedisServer()
        : base("MINDTRACE_TEST_REDIS")
    {
    }

    private protected override async Task<RunningServer> LaunchAsync(CancellationToken cancellationToken)
    {
        // Without the append-only file a killed server forgets every write since its last snapshot.
        var container = await Container.RunAsync(
            new ContainerSpec(Image, [Port], ["redis-server", "--appendonly", "yes", "--save", ""]), cancellationToken);
        var port = container.HostPort(Port);
        return new RunningServer(container, $"127.0.0.1:{port}", cancel => RespHandshake.AnswersAsync(port, cancel));
    }
}
