using System.Diagnostics;
using System.Net.Sockets;
using Mindtrace.TestServers;

namespace Mindtrace.Environments.Tests.Git;

/// <summary>Serves the repositories of a folder over git's own protocol.</summary>
internal sealed class GitDaemon : IAsyncDisposable
{
    private readonly Process _process;
    private readonly int _port = LoopbackPort.FindFree();

    private GitDaemon(string folder)
    {
        // The command "git daemon" is a starter that a kill would not pass on.
        var programs = Process.Start(new ProcessStartInfo("git", ["--exec-path"]) { RedirectStandardOutput = true })!.StandardOutput.ReadToEnd().Trim();
        _process = Process.Start(
            Path.Combine(programs, "git-daemon"), ["--export-all", "--listen=127.0.0.1", $"--port={_port}", $"--base-path={folder}", "--reuseaddr", folder]);
    }

    public static async Task<GitDaemon> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var daemon = new GitDaemon(folder);
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", daemon._port, cancellationToken);
                return daemon;
            }
            catch (SocketException)
            {
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    public Uri UrlOf(string repository) => new($"git://127.0.0.1:{_port}/{repository}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
