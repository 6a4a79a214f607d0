namespace Mindtrace.Node.Logs;

/// <summary>Carries what workers write to the node's own log, line by line, and keeps their files from growing too large.</summary>
internal sealed partial class OutputCarrier(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Mindtrace.Node.Workers");

    /// <summary>Carries a worker's output until the worker has ended.</summary>
    /// <param name="output">The output.</param>
    /// <param name="worker">The worker's name.</param>
    /// <param name="fromStart">Whether what is there already is carried too.</param>
    public async Task CarryAsync(WorkerOutput output, string worker, bool fromStart)
    {
        var lines = output.Log.FollowAsync(fromStart ? int.MaxValue : 0, output.Ended, trim: true, CancellationToken.None);
        try
        {
            await foreach (var line in lines)
            {
                LogLine(worker, line);
            }
        }
        catch (IOException fault)
        {
            LogStuck(worker, fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "[{Worker}] {Line}")]
    private partial void LogLine(string worker, string line);

    [LoggerMessage(LogLevel.Error, "What worker {Worker} writes is not carried here any more: {Reason}")]
    private partial void LogStuck(string worker, string reason);
}
