using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Tells which addresses may be called at URLs that others gave.</summary>
/// <remarks>
/// At link-local addresses, clouds hand out credentials of the machine to whoever asks from it. A URL that leads there makes a service that
/// person, whether it holds the address itself or a name that is made to point there.
/// </remarks>
public sealed class OutboundAddresses
{
    // Beside the link-local ones, the addresses of metadata of AWS, Google, Alibaba, Azure and Oracle.
    private static readonly IPNetwork[] DeniedByDefault =
    [
        .. new[]
        {
            "169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "fd20:ce::254/128", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32",
        }.Select(IPNetwork.Parse),
    ];

    private readonly IPNetwork[] _allowed;
    private readonly IPNetwork[] _denied;

    /// <summary>Initializes a new instance of the <see cref="OutboundAddresses"/> class.</summary>
    /// <param name="options">The networks beside those denied by default.</param>
    public OutboundAddresses(IOptions<OutboundOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _allowed = [.. options.Value.AllowedNetworks.Select(IPNetwork.Parse)];
        _denied = [.. options.Value.DeniedNetworks.Select(IPNetwork.Parse)];
    }

    /// <summary>Tells whether an address may be called.</summary>
    /// <param name="address">The address. One that holds an IPv4 address is both.</param>
    /// <returns>Whether it may.</returns>
    public bool Admits(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Forms(address).All(form => !IsIn(_denied, form) && (IsIn(_allowed, form) || !IsIn(DeniedByDefault, form)));
    }

    /// <summary>Refuses a URL whose host is an address that may not be called. What a name leads to is looked at when it is called.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="field">The field of the request that holds it.</param>
    /// <exception cref="InvalidRequestException">The address may not be called.</exception>
    public void Require(Uri url, string field)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (IPAddress.TryParse(url.IdnHost, out var address) && !Admits(address))
        {
            throw new InvalidRequestException(
                field, $"must not lead to {address}, an address that services do not call: see {OutboundOptions.SectionName}:{nameof(OutboundOptions.AllowedNetworks)}");
        }
    }

    /// <summary>Looks up where a host leads, for programs that connect by themselves and to whichever address they like.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>One of its addresses that may not be called; <see langword="null"/> when there is none.</returns>
    /// <exception cref="SocketException">The name is not known.</exception>
    public async Task<IPAddress?> FindDeniedAsync(string host, CancellationToken cancellationToken) =>
        (await Dns.GetHostAddressesAsync(host, cancellationToken)).FirstOrDefault(address => !Admits(address));

    private static bool IsIn(IPNetwork[] networks, IPAddress address) => networks.Any(network => network.Contains(address));

    /// <summary>Lists an address and the IPv4 address that it holds by being mapped, translated (NAT64) or tunnelled (6to4).</summary>
    private static IEnumerable<IPAddress> Forms(IPAddress address)
    {
        yield return address;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            yield break;
        }

        var bytes = address.GetAddressBytes();
        switch (bytes)
        {
            case [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, ..] or [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, ..]:
                yield return new IPAddress(bytes.AsSpan(12));
                break;
            case [0x20, 0x02, ..]:
                yield return new IPAddress(bytes.AsSpan(2, 4));
                break;
        }
    }
}
