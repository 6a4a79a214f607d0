using System.Net.Sockets;
using Xunit;

namespace Mindtrace.TestServers;

/// <summary>
/// A real server for integration tests: the one that an environment variable names, else one that is started for them
/// and gone when disposed.
/// </summary>
/// <remarks>
/// As a class, collection or assembly fixture it starts before the tests. Where no server is to be had, the fixture starts
/// all the same, and each test that asks for <see cref="ConnectionString"/> is skipped with the reason, or fails when
/// <c>CI=true</c>. Tests that kill their server start one of their own:
/// <c>await using var redis = new RedisServer(); await redis.StartAsync(cancellationToken);</c>
/// </remarks>
public abstract class TestServer : IAsyncLifetime
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(50);

    private readonly string? _variable;
    private RunningServer? _server;
    private string? _connectionString;
    private string? _unavailableReason;

    private protected TestServer(string? environmentVariable) => _variable = environmentVariable;

    /// <summary>Gets the connection string, in the form that the services themselves read.</summary>
    /// <exception cref="ServerUnavailableException">The machine cannot provide this server.</exception>
    /// <exception cref="InvalidOperationException">The server was not started.</exception>
    public string ConnectionString => _connectionString ?? throw NotStarted();

    /// <summary>Starts the server and waits, up to 2 minutes, until it answers its own protocol.</summary>
    /// <exception cref="ServerUnavailableException">The machine cannot provide this server.</exception>
    /// <exception cref="TimeoutException">The server runs but does not answer; the message has the end of its log.</exception>
    /// <exception cref="InvalidOperationException">The server ended at once; the message has the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_connectionString is not null)
        {
            throw new InvalidOperationException($"This {GetType().Name} was started before.");
        }

        if (_variable is not null && Environment.GetEnvironmentVariable(_variable) is { Length: > 0 } external)
        {
            _connectionString = external;
            return;
        }

        _server = await LaunchAsync(cancellationToken);
        try
        {
            await WaitUntilReadyAsync(_server, cancellationToken);
        }
        catch
        {
            // xunit does not dispose a fixture whose start failed.
            await DisposeAsync();
            throw;
        }

        _connectionString = _server.ConnectionString;
    }

    /// <summary>Kills the server as a power cut would (SIGKILL) and returns when it is gone. Its data stay.</summary>
    /// <exception cref="ServerUnavailableException">The server came from the environment: it is not ours to kill.</exception>
    public Task KillAsync(CancellationToken cancellationToken) => OwnServer().Process.KillAsync(cancellationToken);

    /// <summary>
    /// Starts the server again on the same port with the data it had, and waits until it answers. One that still runs is
    /// killed first.
    /// </summary>
    /// <exception cref="ServerUnavailableException">The server came from the environment: it is not ours to restart.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var server = OwnServer();
        await server.Process.RestartAsync(cancellationToken);
        await WaitUntilReadyAsync(server, cancellationToken);
    }

    /// <summary>Ends the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            _connectionString = null;
            await server.Process.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        try
        {
            await StartAsync(TestContext.Current.CancellationToken);
        }
        catch (ServerUnavailableException unavailable)
        {
            _unavailableReason = unavailable.Reason;
        }
    }

    /// <summary>Returns what the server runs in, for what only one kind of server can do.</summary>
    private protected TProcess OwnProcess<TProcess>()
        where TProcess : IServerProcess => (TProcess)OwnServer().Process;

    private protected abstract Task<RunningServer> LaunchAsync(CancellationToken cancellationToken);

    private static async Task WaitUntilReadyAsync(RunningServer server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyTimeout);
        try
        {
            while (!await AnswersAsync(server, limit.Token))
            {
                if (!await server.Process.IsRunningAsync(limit.Token))
                {
                    throw new InvalidOperationException(
                        $"The server ended before it answered. Its log ends with:\n{await server.Process.ReadLogAsync(limit.Token)}");
                }

                await Task.Delay(ProbeInterval, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The server did not answer within {ReadyTimeout}. Its log ends with:\n{await server.Process.ReadLogAsync(cancellationToken)}");
        }
    }

    private static async Task<bool> AnswersAsync(RunningServer server, CancellationToken cancellationToken)
    {
        using var probe = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        probe.CancelAfter(ProbeTimeout);
        try
        {
            return await server.Answers(probe.Token);
        }
        catch (Exception refused) when (refused is IOException or SocketException or HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private RunningServer OwnServer() => _server ?? throw (_connectionString is null
        ? NotStarted()
        : new ServerUnavailableException($"{_variable} names the server; only one that the tests started can be killed. Unset it to run this test."));

    private Exception NotStarted() => _unavailableReason is { } reason
        ? new ServerUnavailableException(reason)
        : new InvalidOperationException($"This {GetType().Name} was not started.");
}
