using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Calls the log's store, again and again while it is away.</summary>
internal delegate Task<bool> LogAppend(Func<Task<bool>> append);

/// <summary>Takes what one attempt prints to the job's log, a little later and many lines at once, and to the telemetry of the attempt.</summary>
/// <remarks>
/// The lines that wait are few: an attempt that prints faster than the store takes is slowed, one that prints while the store is away waits.
/// Nothing is sent for an attempt that prints nothing.
/// </remarks>
internal sealed partial class JobLogWriter : IAsyncDisposable
{
    private const int WaitingPieces = 64;
    private const int MaxAppendBytes = 64 * 1024;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(500);

    private readonly AttemptKey _attempt;
    private readonly int _number;
    private readonly IJobLogStore _store;
    private readonly LogAppend _repeat;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;
    private readonly JobOutputLog _output;
    private readonly ILogger _logger;
    private readonly Activity? _span = Activity.Current;
    private readonly Channel<(JobLogStream Stream, string Line)> _pieces =
        Channel.CreateBounded<(JobLogStream, string)>(new BoundedChannelOptions(WaitingPieces) { SingleReader = true });

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly Lazy<Task> _carrying;
    private int _lines;
    private int _appends;
    private long _bytes;
    private long _cutLines;
    private long _cutBytes;
    private bool _isTaken = true;

    /// <summary>Initializes a new instance of the <see cref="JobLogWriter"/> class, below the attempt's span.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="number">Its number.</param>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="repeat">Repeats an append until it succeeds, or the attempt may wait no longer.</param>
    /// <param name="maxBytes">How much of the attempt's output is kept.</param>
    /// <param name="time">Stamps the lines, and paces the appends.</param>
    /// <param name="output">Takes the lines to the telemetry.</param>
    /// <param name="logger">Hears of lines that cannot be kept.</param>
    public JobLogWriter(
        AttemptKey attempt, int number, IJobLogStore store, LogAppend repeat, long maxBytes, TimeProvider time, JobOutputLog output, ILogger logger)
    {
        (_attempt, _number, _store, _repeat) = (attempt, number, store, repeat);
        (_maxBytes, _time, _output, _logger) = (maxBytes, time, output, logger);
        _carrying = new Lazy<Task>(() => Task.Run(CarryAsync));
    }

    /// <summary>Takes a line, or several in one. What comes after the attempt's end is dropped.</summary>
    public async ValueTask WriteLineAsync(JobLogStream stream, string text, CancellationToken cancellationToken)
    {
        _ = _carrying.Value;
        try
        {
            foreach (var piece in JobLogText.Split(text))
            {
                await _pieces.Writer.WriteAsync((stream, piece), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ChannelClosedException)
        {
            // The attempt has ended, or its worker could wait no longer for the store.
        }
    }

    /// <summary>Ends the log of the attempt.</summary>
    /// <returns>A task that ends when all lines are stored, or nobody waits for them any more.</returns>
    public async ValueTask DisposeAsync()
    {
        _pieces.Writer.TryComplete();
        if (_carrying.IsValueCreated)
        {
            await _carrying.Value.ConfigureAwait(false);
        }
    }

    private async Task CarryAsync()
    {
        Activity.Current = _span;
        try
        {
            while (await _pieces.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                await GatherAsync().ConfigureAwait(false);
                await AppendAsync(isLast: false).ConfigureAwait(false);
            }

            if (_cutLines > 0)
            {
                Add(JobLogStream.Environment, $"{_cutLines} lines of {_cutBytes} bytes were cut.");
            }

            await AppendAsync(isLast: true).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogLost(_attempt.JobId);
        }
        catch (Exception fault)
        {
            LogFault(fault, _attempt.JobId);
        }
        finally
        {
            _pieces.Writer.TryComplete();
        }
    }

    /// <summary>Takes pieces until they are many, or a while has passed since the first.</summary>
    private async Task GatherAsync()
    {
        using var pause = new CancellationTokenSource(FlushInterval, _time);
        while (_text.WrittenCount < MaxAppendBytes && !pause.IsCancellationRequested)
        {
            if (_pieces.Reader.TryRead(out var piece))
            {
                Take(piece.Stream, piece.Line);
            }
            else if (!await WaitAsync(pause.Token).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <returns>Whether there is more to read by now.</returns>
    private async ValueTask<bool> WaitAsync(CancellationToken pause)
    {
        try
        {
            return await _pieces.Reader.WaitToReadAsync(pause).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Take(JobLogStream stream, string line)
    {
        var bytes = Encoding.UTF8.GetByteCount(line) + 1;
        if (_cutLines == 0 && _bytes + bytes <= _maxBytes)
        {
            _bytes += bytes;
            Add(stream, line);
            return;
        }

        if (_cutLines == 0)
        {
            Add(JobLogStream.Environment, WorkerOptions.FullLogNotice(_maxBytes));
        }

        (_cutLines, _cutBytes) = (_cutLines + 1, _cutBytes + bytes);
    }

    private void Add(JobLogStream stream, string line)
    {
        JobLogText.Write(_text, _number, stream, _time.GetUtcNow(), line);
        _lines++;
        _output.Write(_attempt.JobId, _number, stream, line);
    }

    private async Task AppendAsync(bool isLast)
    {
        if (_isTaken && (_lines > 0 || isLast))
        {
            var lines = new JobLogAppend(++_appends, _text.WrittenMemory, _lines, isLast);
            _isTaken = await _repeat(() => _store.AppendAsync(_attempt, lines, CancellationToken.None)).ConfigureAwait(false);
        }

        _lines = 0;
        _text.ResetWrittenCount();
    }

    [LoggerMessage(LogLevel.Warning, "The last lines of job {JobId} are lost: the store was away when its worker could wait no longer")]
    private partial void LogLost(JobId jobId);

    [LoggerMessage(LogLevel.Error, "The lines of job {JobId} cannot be kept")]
    private partial void LogFault(Exception fault, JobId jobId);
}
