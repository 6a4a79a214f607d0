using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Where others reach this service.</summary>
/// <param name="server">The web server.</param>
/// <param name="lifetime">Tells when the server listens.</param>
/// <param name="options">May name the address outright.</param>
public sealed class ServiceAddress(IServer server, IHostApplicationLifetime lifetime, IOptions<ServiceOptions> options)
{
    // Where a server listens when it listens everywhere; nobody can call it there.
    private static readonly string[] AnyHosts = ["[::]", "0.0.0.0", "+", "*"];

    /// <summary>
    /// Gets the address: <see cref="ServiceOptions.Url"/>, else the first one that the server listens on. One that listens everywhere is
    /// named by this machine's address on the way to <see cref="ServiceOptions.Toward"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the server to listen.</param>
    /// <returns>The address.</returns>
    /// <exception cref="InvalidOperationException">The server listens nowhere.</exception>
    public async Task<Uri> GetAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Url is { } configured)
        {
            return configured;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException($"The service listens nowhere, and {ServiceOptions.SectionName}:{nameof(ServiceOptions.Url)} is not set.");
        if (AnyHosts.FirstOrDefault(any => listening.Contains($"//{any}:", StringComparison.Ordinal)) is not { } everywhere)
        {
            return new Uri(listening);
        }

        var own = options.Value.Toward is { } peer ? await MachineAddresses.FindOwnTowardAsync(peer, cancellationToken) : null;
        var host = own is null || IPAddress.IsLoopback(own) ? "localhost" : own.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{own}]" : $"{own}";
        return new Uri(listening.Replace($"//{everywhere}:", $"//{host}:", StringComparison.Ordinal));
    }
}
