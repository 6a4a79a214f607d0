using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mindtrace.Node.Launching;

/// <summary>A worker's process, with the end of what it wrote.</summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private const int TailLines = 40;
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly Queue<string> _tail = new();
    private readonly ILogger _logger;
    private readonly string _name;

    private WorkerProcess(Process process, string name, ILogger logger) => (_process, _name, _logger) = (process, name, logger);

    public int Id => _process.Id;

    public Task Exited => _process.WaitForExitAsync();

    public bool HasExited => _process.HasExited;

    /// <summary>Gets how the process ended, for people. To be read once it has.</summary>
    public string ExitReason => _process.ExitCode is > 128 and < 160 and var code
        ? $"the process was killed by signal {code - 128}"
        : $"the process exited with code {_process.ExitCode}";

    /// <summary>Gets the last lines that the process wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    /// <summary>Starts a process. What it writes goes to the log line by line, under its name.</summary>
    public static WorkerProcess Start(ProcessStartInfo start, string name, ILogger logger)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var worker = new WorkerProcess(new Process { StartInfo = start }, name, logger);
        worker._process.OutputDataReceived += (_, line) => worker.Keep(line.Data);
        worker._process.ErrorDataReceived += (_, line) => worker.Keep(line.Data);
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Asks the process to drain and end, and kills it with all its children when it does not in time.</summary>
    public async Task StopAsync(TimeSpan timeout, TimeProvider time)
    {
        if (HasExited)
        {
            return;
        }

        if (OperatingSystem.IsWindows() || Kill(Id, Sigterm) != 0)
        {
            _process.Kill(entireProcessTree: true);
        }

        try
        {
            await Exited.WaitAsync(timeout, time);
        }
        catch (TimeoutException)
        {
            LogKilled(_name, timeout);
            _process.Kill(entireProcessTree: true);
            await Exited;
        }
    }

    public void Dispose() => _process.Dispose();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        LogLine(_name, line);
        lock (_tail)
        {
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "[{Worker}] {Line}")]
    private partial void LogLine(string worker, string line);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} did not end within {Timeout} and was killed")]
    private partial void LogKilled(string worker, TimeSpan timeout);
}
