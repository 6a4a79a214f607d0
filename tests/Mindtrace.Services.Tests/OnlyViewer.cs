using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Mindtrace.Services.Tests;

/// <summary>Makes every caller one that may only read.</summary>
internal sealed class OnlyViewer : IClaimsTransformation
{
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) => Task.FromResult(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, nameof(Role.Viewer))], "test")));
}
