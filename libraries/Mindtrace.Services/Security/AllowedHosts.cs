using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Tells under which names a service may be called.</summary>
/// <remarks>
/// DNS rebinding has a browser call a service under a name of the attacker's, made to point to the service. That takes a name in the
/// public DNS: addresses, names without a dot, and names below <c>localhost</c> and <c>internal</c>, which nobody can register, are no
/// such thing, and are what services in containers and on the same network call each other by.
/// </remarks>
internal sealed class AllowedHosts(IServer server, IOptions<SecurityOptions> security, IOptions<ServiceOptions> service)
{
    private static readonly string[] NeverPublic = [".localhost", ".internal"];

    // Read with the first request, as only then the server knows where it listens.
    private readonly Lazy<HashSet<string>> _own = new(() => OwnNames(server, service.Value));

    public bool Admits(string host) =>
        host.Length == 0 // As probes by HTTP/1.0 send it; browsers always name a host.
        || !host.Contains('.') || IPAddress.TryParse(host, out _)
        || NeverPublic.Any(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase))
        || _own.Value.Contains(host)
        || security.Value.AllowedHosts.Any(allowed => allowed == "*"
            || (allowed.StartsWith("*.", StringComparison.Ordinal)
                ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(allowed, StringComparison.OrdinalIgnoreCase)));

    private static HashSet<string> OwnNames(IServer server, ServiceOptions service)
    {
        var machine = IPGlobalProperties.GetIPGlobalProperties();
        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        IEnumerable<string> names =
        [
            machine.HostName,
            $"{machine.HostName}.{machine.DomainName}",
            service.Url?.Host ?? "",
            .. listening.Select(address => Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.Host : ""),
        ];
        return names.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
