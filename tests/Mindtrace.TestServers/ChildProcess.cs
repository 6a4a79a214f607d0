using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mindtrace.TestServers;

/// <summary>A server program run as a child process on a folder of its own, which is deleted when it is disposed.</summary>
internal sealed class ChildProcess : IServerProcess
{
    private const int LogLines = 40;
    private readonly ProcessStartInfo _start;
    private readonly DirectoryInfo _data;
    private readonly ConcurrentQueue<string> _log = new();
    private Process _process;

    private ChildProcess(ProcessStartInfo start, DirectoryInfo data)
    {
        _start = start;
        _data = data;
        _process = Launch();
    }

    /// <summary>Starts the program in the folder of its data.</summary>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, DirectoryInfo data)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        start.Environment[TestProcess.Variable] = TestProcess.Owner;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(start, data);
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync(cancellationToken);
        _process.Dispose();
        _process = Launch();
    }

    public Task<bool> IsRunningAsync(CancellationToken cancellationToken) => Task.FromResult(!_process.HasExited);

    public Task<string> ReadLogAsync(CancellationToken cancellationToken) => Task.FromResult(string.Join('\n', _log));

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private Process Launch()
    {
        var process = Process.Start(_start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }

        _log.Enqueue(line.Data);
        if (_log.Count > LogLines)
        {
            _log.TryDequeue(out _);
        }
    }
}
