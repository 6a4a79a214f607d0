using System.ComponentModel;
using System.Diagnostics;
using Mindtrace.Environments;

namespace Mindtrace.Benchmarks;

/// <summary>A server in a Docker container, reached at the container's own address: a published port would add a proxy to what is measured.</summary>
internal sealed class ServerContainer : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly string _id;

    private ServerContainer(string id, string address) => (_id, Address) = (id, address);

    /// <summary>Gets the address of the container.</summary>
    public string Address { get; }

    /// <exception cref="InvalidOperationException">There is no Docker, or no such image.</exception>
    public static async Task<ServerContainer> StartAsync(string image, IEnumerable<string> options, IEnumerable<string> command, CancellationToken cancellationToken)
    {
        var id = await RunAsync(["run", "--detach", "--rm", .. options, image, .. command], cancellationToken);
        try
        {
            return new ServerContainer(id, await RunAsync(["inspect", "--format", "{{.NetworkSettings.IPAddress}}", id], cancellationToken));
        }
        catch
        {
            await RemoveAsync(id);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(_id);

    private static Task<string> RemoveAsync(string id) => RunAsync(["rm", "--force", "--volumes", id], CancellationToken.None);

    private static async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ChildProcess.RunAsync(new ProcessStartInfo("docker", arguments), Timeout, TimeProvider.System, cancellationToken);
            return result.ExitCode == 0 ? result.Output.Trim() : throw new InvalidOperationException(result.Error);
        }
        catch (Win32Exception fault)
        {
            throw new InvalidOperationException("There is no docker command.", fault);
        }
    }
}
