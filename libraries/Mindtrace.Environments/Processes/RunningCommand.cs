using System.Diagnostics;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>A command that runs: its output is read, its limits are watched, and it is ended with all that it started.</summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    private const int BufferBytes = 16 << 10;
    private const int SignalBase = 128;
    private const int LastSignal = 64;
    private const int FileSizeSignal = 25;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DiskWatchInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long output may lag behind the end of the last process: what is left of it then is not heard of.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Looking at a large folder takes a while; this keeps it to a small part of the time.</summary>
    private const int RestPerLook = 20;

    private readonly ScriptRun _run;
    private readonly ControlGroup? _group;
    private readonly Process _process;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _drained = new();
    private readonly ScriptOutputWriter _stdout;
    private readonly ScriptOutputWriter _stderr;
    private readonly Task _reading;
    private readonly Task _watching;
    private readonly Lock _outputLimit = new();
    private Stop? _stop;

    public RunningCommand(ScriptRun run, (ProcessStartInfo Start, ControlGroup? Group) command)
    {
        _run = run;
        _group = command.Group;
        _process = Process.Start(command.Start)!;
        _process.StandardInput.Close();
        _stdout = new ScriptOutputWriter(ScriptStream.Stdout, run.Output, run.Limits.TailBytes);
        _stderr = new ScriptOutputWriter(ScriptStream.Stderr, run.Output, run.Limits.TailBytes);
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput.BaseStream, _stdout), ReadAsync(_process.StandardError.BaseStream, _stderr));
        _watching = Task.WhenAll(WatchProcessesAsync(), WatchDiskAsync());
    }

    /// <summary>Gets the session that the command began, where that is what its processes are known by.</summary>
    private int? Session => _group is null ? _process.Id : null;

    /// <summary>Waits for the end.</summary>
    /// <param name="timeout">How long it may run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CommandEnd> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _run.Time);
        await using var timingOut = limit.Token.Register(() => End(new(ScriptVerdict.TimedOut, $"It ran for longer than {timeout}, and was ended.")));
        await using var cancelling = cancellationToken.Register(() => End(new(ScriptVerdict.Cancelled, "It was cancelled, and ended.")));
        await _process.WaitForExitAsync(_ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndProcessesAsync().ConfigureAwait(false);
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _drained.CancelAfter(DrainTimeout);
        await _reading.ConfigureAwait(false);
        return Judge();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _drained.CancelAsync().ConfigureAwait(false);
        await EndProcessesAsync().ConfigureAwait(false);
        await RunRemains.RemoveGroupAsync(_group, _run.Time).ConfigureAwait(false);
        await Task.WhenAll(_reading, _watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
        _ended.Dispose();
        _drained.Dispose();
    }

    private Task EndProcessesAsync() => RunRemains.EndProcessesAsync(_run.Id, Session, _group, _run.Time);

    private CommandEnd Judge()
    {
        var code = _process.ExitCode;
        var stop = _stop switch
        {
            { } ours => ours,
            null when code == 0 => null,
            null when _group is { RanOutOfMemory: true } => OutOfMemory(),
            null when _group is { RanOutOfProcesses: true } => OutOfProcesses(),
            null when code == SignalBase + FileSizeSignal => OutOfDisk(),
            null when code is > SignalBase and <= SignalBase + LastSignal => new Stop(ScriptVerdict.Signalled, $"It was ended by signal {code - SignalBase}."),
            null => null,
        };
        return new CommandEnd(stop?.Verdict ?? ScriptVerdict.Exited, code, _stdout.Tail, _stderr.Tail, stop?.Reason);
    }

    private Stop OutOfMemory() => new(ScriptVerdict.OutOfMemory, $"It took more than {_run.Limits.MemoryBytes} bytes of memory.");

    private Stop OutOfProcesses() => new(ScriptVerdict.TooManyProcesses, $"It started more than {_run.Limits.Processes} processes.");

    private Stop OutOfDisk() => new(ScriptVerdict.TooMuchDisk, $"It wrote more than {_run.Limits.DiskBytes} bytes to the disk.");

    /// <summary>Has everything ended. The first cause is the one that counts.</summary>
    private void End(Stop stop)
    {
        if (Interlocked.CompareExchange(ref _stop, stop, null) is null)
        {
            _ended.Cancel();
        }
    }

    private async Task ReadAsync(Stream from, ScriptOutputWriter to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReadAsync(buffer, _drained.Token).ConfigureAwait(false) is > 0 and var read)
            {
                await to.WriteAsync(buffer.AsMemory(0, TakeFromLimit(read)), _drained.Token).ConfigureAwait(false);
            }

            await to.CompleteAsync(_drained.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_drained.IsCancellationRequested)
        {
            // A process that could not be ended holds the other end open, or nobody takes the lines any more.
        }
        catch
        {
            // Without anybody to take its output, the command would wait for ever.
            End(new(ScriptVerdict.Cancelled, "Its output could not be kept."));
            throw;
        }
    }

    /// <returns>How many of the bytes are within the limit. What is beyond it is read and dropped while the command is ended.</returns>
    private int TakeFromLimit(int bytes)
    {
        lock (_outputLimit)
        {
            var taken = (int)Math.Min(bytes, _run.OutputLeft);
            _run.OutputLeft -= taken;
            if (taken == bytes)
            {
                return taken;
            }

            End(new(ScriptVerdict.TooMuchOutput, $"It wrote more than {_run.Limits.OutputBytes} bytes of output."));
            return taken;
        }
    }

    private Task WatchProcessesAsync() => WatchAsync(() =>
    {
        var processes = _group is null ? ProcessTable.Find(_run.Id, Session) : [];
        if (_group?.RanOutOfMemory ?? ProcessTable.ResidentBytes(processes) > _run.Limits.MemoryBytes)
        {
            End(OutOfMemory());
        }
        else if (_group?.RanOutOfProcesses ?? processes.Count > _run.Limits.Processes)
        {
            End(OutOfProcesses());
        }

        return WatchInterval;
    });

    private Task WatchDiskAsync() => WatchAsync(() =>
    {
        var started = _run.Time.GetTimestamp();
        if (FolderSize.Measure(_run.Folder) - _run.FolderBytesAtStart > _run.Limits.DiskBytes)
        {
            End(OutOfDisk());
        }

        var took = _run.Time.GetElapsedTime(started);
        return took * RestPerLook > DiskWatchInterval ? took * RestPerLook : DiskWatchInterval;
    });

    private async Task WatchAsync(Func<TimeSpan> look)
    {
        var wait = WatchInterval;
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(wait, _run.Time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = _ended.IsCancellationRequested ? wait : look();
        }
    }

    private sealed record Stop(ScriptVerdict Verdict, string Reason);
}
