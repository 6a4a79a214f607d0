using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.Logs;

/// <summary>Reads what a job has printed, wherever it is kept, and follows what it prints.</summary>
internal sealed class JobLogReader(IJobLogStore logs, JobLogArchive archive, IJobStore store, TimeProvider time)
{
    private const int MaxAnswerChars = 4 * 1024 * 1024;

    // Events may be lost while a connection is rebuilt: a follower looks again after this long without one.
    private static readonly TimeSpan SafetyLookInterval = TimeSpan.FromSeconds(15);

    /// <summary>Reads lines of a log.</summary>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async Task<IReadOnlyList<JobLogLine>> ReadAsync(JobLogsRequest request, CancellationToken cancellationToken)
    {
        var log = await logs.ReadAsync(request.JobId, 1 + (request.After ?? 0), cancellationToken) ?? throw new JobNotFoundException(request.JobId);
        return request.After is { } after
            ? (await ReadAfterAsync(request, log, after, cancellationToken)).Lines
            : await ReadTailAsync(request, log, cancellationToken);
    }

    /// <summary>Reads lines of a log, and then those to come until the job is final, and all are read.</summary>
    /// <param name="request">Which lines to begin with.</param>
    /// <param name="stopping">Ends the reading, like the job's end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The lines; none when there is no such job.</returns>
    public async IAsyncEnumerable<JobLogLine> FollowAsync(
        JobLogsRequest request, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var listening = await logs.ListenForLinesAsync(request.JobId, () => news.Writer.TryWrite(true), cancellationToken);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        var ended = WaitForEndAsync(request.JobId, news.Writer, watching.Token);
        try
        {
            // Asked before the log is read, here and below: what was printed before the end is then read as well.
            var (isLast, after) = (ended.IsCompleted, request.After ?? 0);
            if (request.After is null && await logs.ReadAsync(request.JobId, 1, cancellationToken) is { } tail)
            {
                foreach (var line in await ReadTailAsync(request, tail, cancellationToken))
                {
                    yield return line;
                }

                after = LastOf(tail);
            }

            while (await logs.ReadAsync(request.JobId, after + 1, cancellationToken) is { } log)
            {
                (var lines, after) = await ReadAfterAsync(request with { Lines = int.MaxValue }, log, after, cancellationToken);
                foreach (var line in lines)
                {
                    yield return line;
                }

                if (lines.Count == 0 && isLast)
                {
                    break;
                }

                if (lines.Count == 0)
                {
                    await WaitAsync(news.Reader, cancellationToken);
                    isLast = ended.IsCompleted;
                }
            }
        }
        finally
        {
            await watching.CancelAsync();
            await ended;
        }
    }

    /// <returns>The first lines after one, and the line after which to go on.</returns>
    private async Task<(IReadOnlyList<JobLogLine> Lines, long After)> ReadAfterAsync(
        JobLogsRequest request, JobLogParts log, long after, CancellationToken cancellationToken)
    {
        var found = new Findings(request);
        var isRoom = true;
        foreach (var range in log.Moved.Where(range => range.Last > after).TakeWhile(_ => isRoom))
        {
            isRoom = found.TakeWhileRoom((await archive.ReadAsync(log.Home, range, cancellationToken)).Where(line => line.Number > after));
        }

        isRoom = isRoom && found.TakeWhileRoom(log.Latest.SelectMany(ReadPart).Where(line => line.Number > after));
        return (found.Lines, isRoom ? Math.Max(after, LastOf(log)) : found.Lines is [.., var last] ? last.Number : after);
    }

    private async Task<IReadOnlyList<JobLogLine>> ReadTailAsync(JobLogsRequest request, JobLogParts log, CancellationToken cancellationToken)
    {
        var found = new Findings(request);
        var isRoom = found.TakeWhileRoom(log.Latest.Reverse().SelectMany(part => ReadPart(part).Reverse()));
        foreach (var range in log.Moved.Reverse().TakeWhile(_ => isRoom))
        {
            isRoom = found.TakeWhileRoom((await archive.ReadAsync(log.Home, range, cancellationToken)).Reverse());
        }

        return [.. found.Lines.AsEnumerable().Reverse()];
    }

    private static IReadOnlyList<JobLogLine> ReadPart(JobLogPart part) => JobLogText.Read(part.Text, part.Lines.First);

    private static long LastOf(JobLogParts log) =>
        log.Latest is [.., var part] ? part.Lines.Last : log.Moved is [.., var range] ? range.Last : 0;

    private async Task WaitForEndAsync(JobId id, ChannelWriter<bool> news, CancellationToken cancellationToken)
    {
        try
        {
            await store.WaitForEndAsync(id, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the manager ends the reading, like that of the job.
        }
        finally
        {
            news.TryWrite(true);
        }
    }

    private async Task WaitAsync(ChannelReader<bool> news, CancellationToken cancellationToken)
    {
        using var look = new CancellationTokenSource(SafetyLookInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(look.Token, cancellationToken);
        try
        {
            await news.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was heard for long: time to look.
        }
    }

    /// <summary>The lines that were asked for, as far as there is room for them in one answer.</summary>
    private sealed class Findings(JobLogsRequest request)
    {
        private readonly List<JobLogLine> _lines = [];
        private long _chars;

        public IReadOnlyList<JobLogLine> Lines => _lines;

        /// <returns>Whether there is room for more.</returns>
        public bool TakeWhileRoom(IEnumerable<JobLogLine> lines)
        {
            foreach (var line in lines.Where(Matches))
            {
                if (_lines.Count == request.Lines || (_lines.Count > 0 && _chars + line.Line.Length > MaxAnswerChars))
                {
                    return false;
                }

                _lines.Add(line);
                _chars += line.Line.Length;
            }

            return true;
        }

        private bool Matches(JobLogLine line) =>
            (request.Attempt is null || line.Attempt == request.Attempt) && (request.Stream is null || line.Stream == request.Stream);
    }
}
