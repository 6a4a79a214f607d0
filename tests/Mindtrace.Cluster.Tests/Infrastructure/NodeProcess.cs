extern alias node;

using System.Diagnostics;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests;

/// <summary>A node in a process of its own, which can be killed and started again, always at the same URL and on the same state.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly ManagerProgram _manager;
    private readonly ProcessStartInfo _start;
    private readonly string _state;
    private readonly Uri _url;
    private Process? _process;

    /// <summary>Prepares a node; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="manager">Its manager.</param>
    /// <param name="port">Its own port; each test takes another, below those that test servers take.</param>
    /// <param name="ports">The ports of its workers.</param>
    public NodeProcess(ManagerProgram manager, int port, string ports)
    {
        _manager = manager;
        _url = new Uri($"http://127.0.0.1:{port}/");
        _start = Unprivileged.Program("dotnet", typeof(node::Program).Assembly.Location);
        _start.RedirectStandardOutput = _start.RedirectStandardError = true;
        _start.Environment["ASPNETCORE_URLS"] = _url.AbsoluteUri;
        var settings = NodeSettings.For(manager, ports, ("Logging:LogLevel:Default", "Information"));
        _state = settings[NodeSettings.StateDirectory];
        foreach (var (key, value) in settings)
        {
            Set(key, value);
        }
    }

    /// <summary>Gets the process id of the latest start.</summary>
    public int Id => _process!.Id;

    /// <summary>Changes a setting, from the next start on.</summary>
    public void Set(string key, string value) => _start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;

    /// <summary>Starts the node and waits until it has registered.</summary>
    public async Task<RunningNode> StartAsync()
    {
        _process = Process.Start(_start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient();
        using var look = new PeriodicTimer(LookInterval);
        while (!await IsWellAsync(http))
        {
            Assert.False(_process.HasExited);
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return new RunningNode(_manager, _url, StopAsync);
    }

    /// <summary>Kills the node, and only it, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private async Task<bool> IsWellAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(_url, "health"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Stops the node in good order, with its workers.</summary>
    private async Task StopAsync()
    {
        if (_process is not { HasExited: false })
        {
            return;
        }

        Signals.Send("TERM", _process.Id);
        await _process.WaitForExitAsync(CancellationToken.None).InTime();
    }
}
