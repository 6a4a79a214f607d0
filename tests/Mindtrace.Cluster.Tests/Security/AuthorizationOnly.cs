using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Answers 204 to whoever is admitted, in place of what was asked for: so any operation can be called, shutdown included.</summary>
internal sealed class AuthorizationOnly : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _refusals = new();

    public static void Replace(IServiceCollection services) => services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationOnly>();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Succeeded)
        {
            return _refusals.HandleAsync(next, context, policy, authorizeResult);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
