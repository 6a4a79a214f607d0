using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Mindtrace.Services;

/// <summary>The addresses of this machine.</summary>
public static class MachineAddresses
{
    /// <summary>Tells whether an address is one of this machine's, loopback addresses included.</summary>
    /// <param name="address">The address.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsOwn(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Any(own => own.Address.Equals(address));
    }

    /// <summary>Finds the address that this machine has on the way to another. Nothing is sent.</summary>
    /// <param name="peer">The other one.</param>
    /// <param name="cancellationToken">Ends the look-up of its name.</param>
    /// <returns>The address, or <see langword="null"/> when the other one's name is unknown or there is no way to it.</returns>
    public static async Task<IPAddress?> FindOwnTowardAsync(Uri peer, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var address in await LookUpAsync(peer, cancellationToken).ConfigureAwait(false))
            {
                using var way = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                await way.ConnectAsync(new IPEndPoint(address, peer.Port), cancellationToken).ConfigureAwait(false);
                return (way.LocalEndPoint as IPEndPoint)?.Address;
            }
        }
        catch (SocketException)
        {
            // No way there, or no such name: service discovery may know it.
        }

        return null;
    }

    /// <summary>Tells whether a URL is known to be that of another machine.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="cancellationToken">Ends the look-up of its name.</param>
    /// <returns>Whether its host has addresses, and none of them is this machine's.</returns>
    public static async Task<bool> IsElsewhereAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await LookUpAsync(url, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 && !addresses.Any(IsOwn);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task<IPAddress[]> LookUpAsync(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken);
    }
}
