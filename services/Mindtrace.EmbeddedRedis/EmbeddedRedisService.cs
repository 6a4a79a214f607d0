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

        var file = new AppendOnlyFile(directory);
        if (file.WipeTornCommit())
        {
            LogTornCommitWiped();
        }

        var committedUntil = file.CommittedUntil();
        _server = new DurableGarnetServer(options.Value, directory, loggerFactory);
        _server.Start();
        if (_server.RecoveredUntil < committedUntil)
        {
            throw new DataNotRecoveredException(directory, committedUntil, _server.RecoveredUntil);
        }

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

    [LoggerMessage(LogLevel.Information, "Wiped a commit record that was torn when the process was killed; nothing acknowledged is lost")]
    private partial void LogTornCommitWiped();

    [LoggerMessage(LogLevel.Information, "Embedded Redis took its last checkpoint")]
    private partial void LogCheckpointTaken();
}

internal sealed class DataNotRecoveredException(string directory, long committedUntil, long recoveredUntil) : Exception(
    $"The append-only file in '{directory}' was committed up to {committedUntil} but read back only up to {recoveredUntil}. " +
    "Stopped, so that nothing is overwritten: keep a copy of the folder, then set EmbeddedRedis:Directory to a new one.");
