using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Counts the requests of each key, and of each address that sends none or a wrong one, and refuses those beyond the limit.</summary>
internal sealed class RequestLimits : IConfigureOptions<RateLimiterOptions>
{
    private const int HostBytesOfIPv6 = 8;

    private readonly Func<Source, RateLimiter> _ofKey;
    private readonly Func<Source, RateLimiter> _ofAddress;

    public RequestLimits(IOptions<RequestLimitOptions> options)
    {
        var limits = options.Value;
        _ofKey = _ => Counting(limits.PerKey, limits.Window);
        _ofAddress = _ => Counting(limits.PerAddress, limits.Window);
    }

    public void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Source>(PartitionOf);
        options.OnRejected = RefuseAsync;
    }

    // By way of Get, since the shorthands make two closures for each request.
    private RateLimitPartition<Source> PartitionOf(HttpContext context) => context.User.Identity switch
    {
        { IsAuthenticated: true, Name: ApiKeyAuthenticationHandler.ConfiguredKeyName and var name } =>
            RateLimitPartition.GetNoLimiter(new Source(name, Address: null)),
        { IsAuthenticated: true, Name: var name } => RateLimitPartition.Get(new Source(name, Address: null), _ofKey),
        _ => RateLimitPartition.Get(new Source(Key: null, Network(context.Connection.RemoteIpAddress)), _ofAddress),
    };

    // The limiter of all partitions turns the windows of each.
    private static FixedWindowRateLimiter Counting(int requests, TimeSpan window) =>
        new(new FixedWindowRateLimiterOptions { PermitLimit = requests, Window = window, AutoReplenishment = false });

    /// <summary>Takes an IPv6 network as one: whoever has one address of it has all.</summary>
    private static IPAddress? Network(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 } || IPAddress.IsLoopback(address))
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(HostBytesOfIPv6).Clear();
        return new IPAddress(bytes);
    }

    private static async ValueTask RefuseAsync(OnRejectedContext refused, CancellationToken cancellationToken)
    {
        var problem = Problem.ForStatus(StatusCodes.Status429TooManyRequests) with
        {
            Detail = refused.HttpContext.User.Identity is { IsAuthenticated: true, Name: var name }
                ? $"The key '{name}' has sent more requests than {RequestLimitOptions.SectionName}:{nameof(RequestLimitOptions.PerKey)} allows."
                : "This address has sent too many requests without a valid key.",
            RetryAfter = refused.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : null,
        };
        await problem.WriteAsync(refused.HttpContext);
    }

    /// <summary>Whose requests are counted together: those of a key, or those of an address.</summary>
    private readonly record struct Source(string? Key, IPAddress? Address);
}
