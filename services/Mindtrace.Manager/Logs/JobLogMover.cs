using Mindtrace.Jobs;
using Mindtrace.Registry;

namespace Mindtrace.Manager.Logs;

/// <summary>
/// Moves what jobs have printed from the job store to the registry's store, so that the former stays small, and deletes it there when
/// the job is forgotten. Any number of movers may run.
/// </summary>
internal sealed partial class JobLogMover(IJobLogStore logs, JobLogArchive archive, TimeProvider time, ILogger<JobLogMover> logger) : BackgroundService
{
    private const int BatchSize = 200;
    private const int Concurrency = 8;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);

    /// <summary>Looks once for logs to move and to delete.</summary>
    /// <returns>How many there were.</returns>
    internal async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var limit = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        var due = await logs.TakeLogsToMoveAsync(BatchSize, Hold, cancellationToken);
        await Parallel.ForEachAsync(due, limit, async (id, token) => await MoveAsync(id, token));
        var forgotten = await logs.ListForgottenAsync(BatchSize, cancellationToken);
        await Parallel.ForEachAsync(forgotten, limit, async (home, token) =>
        {
            await archive.DeleteAsync(home, token);
            await logs.ConfirmForgottenAsync(home, token);
        });
        return due.Count + forgotten.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TryLookAsync(stoppingToken);
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How long to wait before the next look.</returns>
    private async Task<TimeSpan> TryLookAsync(CancellationToken stopping)
    {
        try
        {
            return await LookAsync(stopping) < BatchSize ? LookInterval : TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception fault) when (fault is JobBackendUnavailableException or RegistryException)
        {
            LogAway(fault.Message);
        }
        catch (Exception fault)
        {
            LogFault(fault);
        }

        return RetryDelay;
    }

    private async Task MoveAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await logs.ReadAsync(id, 1, cancellationToken) is not { Latest: [var head, ..] latest } log)
        {
            return;
        }

        // What is noted is there: the lines are written first.
        var lines = new JobLogRange(head.Lines.First, latest[^1].Lines.Last);
        var text = new byte[latest.Sum(part => part.Text.Length)];
        var end = 0;
        foreach (var part in latest)
        {
            part.Text.CopyTo(text.AsMemory(end));
            end += part.Text.Length;
        }

        await archive.WriteAsync(log.Home, lines, text, cancellationToken);
        if (!await logs.MoveAsync(id, lines, cancellationToken)
            && (await logs.ReadAsync(id, lines.First, cancellationToken))?.Moved.Contains(lines) != true)
        {
            // Another mover was faster, and moved others than these; or the job was forgotten.
            await archive.DeleteAsync(log.Home, lines, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What jobs have printed stays in the job store for now: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Error, "What jobs have printed could not be moved; the next try is made all the same")]
    private partial void LogFault(Exception fault);
}
