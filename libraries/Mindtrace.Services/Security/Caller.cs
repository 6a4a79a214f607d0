using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>Who made the call that is being answered: by HTTP, as a tool, or on a page of the service. Outside of a call it is nobody, who holds no role.</summary>
/// <param name="context">The request.</param>
public sealed class Caller(IHttpContextAccessor context)
{
    // Kept apart from the request: a page outlives the one that opened its connection.
    private readonly AsyncLocal<ClaimsPrincipal?> _onPage = new();

    /// <summary>Gets the name of the caller's key; <see langword="null"/> for nobody. The configured key's is no name that another can have.</summary>
    public string? Name => User?.Identity?.Name;

    /// <summary>Gets the <see cref="Capability.Digest"/> of what the caller called with, if that is the code of a job; else <see langword="null"/>.</summary>
    public string? CapabilityDigest => User?.FindFirst(ApiKeyAuthenticationHandler.CapabilityClaim)?.Value;

    /// <summary>Tells whether the caller holds a role.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Whether the key was made with it, or with one that includes it.</returns>
    public bool Holds(Role role) => User?.IsInRole(role.ToString()) ?? false;

    /// <summary>Gets where the call comes from, as far as it is known.</summary>
    internal IPAddress? Address => context.HttpContext?.Connection.RemoteIpAddress;

    private ClaimsPrincipal? User => _onPage.Value ?? context.HttpContext?.User;

    /// <summary>Makes somebody the caller for the rest of the calling method, and of what it calls.</summary>
    internal void Become(ClaimsPrincipal user) => _onPage.Value = user;
}
