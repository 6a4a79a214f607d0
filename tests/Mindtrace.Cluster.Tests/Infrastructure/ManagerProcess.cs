using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Cluster.Tests;

/// <summary>The manager as a process of its own, which a test may kill.</summary>
internal sealed class ManagerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly Uri _url;
    private readonly DirectoryInfo _registry;

    private ManagerProcess(Process process, Uri url, DirectoryInfo registry) => (_process, _url, _registry) = (process, url, registry);

    public ClusterClient Cluster => ClusterClient.Connect(_url, ManagerProgram.ApiKey);

    /// <summary>Starts a manager and waits until it serves.</summary>
    /// <param name="redis">The connection string.</param>
    /// <param name="leaseSeconds">How long its attempts live without a renewal.</param>
    /// <param name="settings">More settings. Without a registry among them it has a folder of its own, which goes with it.</param>
    public static async Task<ManagerProcess> StartAsync(string redis, int leaseSeconds, params (string Key, string Value)[] settings)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}/");
        var registry = Directory.CreateTempSubdirectory("mindtrace-test-registry-");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Mindtrace.Manager.dll")])
        {
            Environment =
            {
                ["ASPNETCORE_URLS"] = url.AbsoluteUri,
                ["ConnectionStrings__redis"] = redis,
                ["Queue__Backend"] = nameof(QueueBackend.Redis),
                ["Registry__Path"] = registry.FullName,
                ["Mindtrace__Service__PidDirectory"] = registry.FullName,
                ["Security__ApiKey"] = ManagerProgram.ApiKey,
                ["Logging__LogLevel__Default"] = "Error",
                ["Worker__HeartbeatInterval"] = "00:00:01",
                ["Worker__LeaseDuration"] = TimeSpan.FromSeconds(leaseSeconds).ToString("c", CultureInfo.InvariantCulture),
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var manager = new ManagerProcess(Process.Start(start)!, url, registry);
        using var http = new HttpClient { BaseAddress = url };
        using var look = new PeriodicTimer(LookInterval);
        while (!await ServesAsync(http))
        {
            Assert.False(manager._process.HasExited, "The manager ended before it served.");
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return manager;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _registry.Delete(recursive: true);
    }

    private static async Task<bool> ServesAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken).InTime();
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
