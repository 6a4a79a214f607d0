using Microsoft.Extensions.Options;

namespace Mindtrace.EmbeddedRedis;

/// <summary>Runs the server from the host's start to its stop.</summary>
internal sealed partial class EmbeddedRedisService(
    IOptions<EmbeddedRedisOptions> options, ILoggerFactory loggerFactory, ILogger<EmbeddedRedisService> logger) : IHostedService, IDisposable
{
    private DirectoryLock? _lock;
    private DurableGarnetServer? _server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(options.Value.Directory).FullName;
        _lock = DirectoryLock.Acquire(directory);
        _server = new DurableGarnetServer(options.Value, directory, loggerFactory);
        _server.Start();
        LogStarted(options.Value.Port, directory);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.TakeCheckpointAsync(cancellationToken);
            LogCheckpointTaken();
        }
    }

    public void Dispose()
    {
        _server?.Dispose(deleteDir: false);
        _lock?.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Embedded Redis listens on 127.0.0.1:{Port}; its data is in {Directory}")]
    private partial void LogStarted(int port, string directory);

    [LoggerMessage(LogLevel.Information, "Embedded Redis took its last checkpoint")]
    private partial void LogCheckpointTaken();
}
