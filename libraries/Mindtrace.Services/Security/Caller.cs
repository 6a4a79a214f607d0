using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>Who made the call that is being answered, by HTTP or as a tool. Outside of a call it is nobody, who holds no role.</summary>
/// <param name="context">The request.</param>
public sealed class Caller(IHttpContextAccessor context)
{
    /// <summary>Gets the name of the caller's key; <see langword="null"/> for nobody. The configured key's is no name that another can have.</summary>
    public string? Name => context.HttpContext?.User.Identity?.Name;

    /// <summary>Tells whether the caller holds a role.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Whether the key was made with it, or with one that includes it.</returns>
    public bool Holds(Role role) => context.HttpContext?.User.IsInRole(role.ToString()) ?? false;
}
