using System.Net;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Tells which hosts are the node's machine, where its workers listen.</summary>
/// <remarks>The node asks a worker at its URL, with the key of its workers: a URL of elsewhere would have that key sent there.</remarks>
internal static class NodeHosts
{
    public const string Rule = "must be on the node's machine: localhost, the host of the node's own URL, the machine's name, or one of its addresses";

    public static bool IsOwn(Uri url, Uri node) =>
        url.IsLoopback
        || url.Host.Equals(node.Host, StringComparison.OrdinalIgnoreCase)
        || url.Host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.IdnHost, out var address) && (IsAny(address) || MachineAddresses.IsOwn(address)));

    /// <summary>Names where a worker listens to be reached at its URL: everywhere, when that has an address that is none of the machine's.</summary>
    public static string ListeningAt(Uri worker) =>
        IPAddress.TryParse(worker.IdnHost, out var address) && !MachineAddresses.IsOwn(address)
            ? $"{worker.Scheme}://*:{worker.Port}"
            : worker.GetLeftPart(UriPartial.Authority);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
