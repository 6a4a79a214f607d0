using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Mindtrace.Benchmarks;

/// <summary>One of the services, run as the process that it is in production.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const int LogLines = 40;
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private ServiceProcess(string name, Process process) => (_name, _process) = (name, process);

    /// <summary>Starts a service and waits until it is ready. One that is not ready in 30 seconds is stopped again.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="settings">The environment to add.</param>
    /// <param name="readyAsync">Asks once whether the service is ready.</param>
    /// <param name="cancellationToken">Ends the wait and the service.</param>
    /// <exception cref="InvalidOperationException">It ended or did not become ready; the message has the end of its log.</exception>
    public static async Task<ServiceProcess> StartAsync(
        string project, IReadOnlyDictionary<string, string> settings, Func<CancellationToken, Task<bool>> readyAsync, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramOf(project)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var service = new ServiceProcess(project, Process.Start(start)!);
        try
        {
            service.KeepLog();
            await service.WaitUntilReadyAsync(readyAsync, cancellationToken);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finds a port of the loopback address that nothing listens on.</summary>
    public static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public ProcessMemory ReadMemory()
    {
        _process.Refresh();
        return new ProcessMemory(_name, _process.WorkingSet64);
    }

    /// <summary>Kills the process: all that it worked on is thrown away as well.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string ProgramOf(string project) => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == project).Value!;

    private void KeepLog()
    {
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        void Keep(object sender, DataReceivedEventArgs line)
        {
            _log.Enqueue(line.Data ?? "");
            if (_log.Count > LogLines)
            {
                _log.TryDequeue(out _);
            }
        }
    }

    private async Task WaitUntilReadyAsync(Func<CancellationToken, Task<bool>> readyAsync, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); !await readyAsync(cancellationToken); await Task.Delay(ProbeInterval, cancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > ReadyTimeout)
            {
                throw new InvalidOperationException($"{_name} is not ready. Its log ends with:\n{string.Join('\n', _log)}");
            }
        }
    }
}
