using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Registers authentication by API key.</summary>
public static class ApiKeyServiceCollectionExtensions
{
    /// <summary>Requires a key everywhere except on endpoints marked anonymous: that of <see cref="SecurityOptions.ApiKey"/>, or one of the <see cref="IApiKeyDirectory"/> if one is registered.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>The service does not start without a key. Paths that do not exist ask for it as well.</remarks>
    public static IServiceCollection AddApiKeyAuthentication(this IServiceCollection services)
    {
        services.AddOptions<SecurityOptions>()
            .BindConfiguration(SecurityOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ApiKeyVerifier>();
        services.AddSingleton(provider => new ApiKeySessions(provider.GetRequiredService<ApiKeyVerifier>()));
        services.AddHttpContextAccessor();
        services.AddSingleton<Caller>();
        services.AddAuthentication(ApiKeyAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null);
        services.AddJwtCallers();
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    /// <summary>Limits the requests of each key and address as <see cref="RequestLimitOptions"/> say. Endpoints that disable rate limiting are not counted.</summary>
    internal static void AddRequestLimits(this IServiceCollection services)
    {
        services.AddOptions<RequestLimitOptions>()
            .BindConfiguration(RequestLimitOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(_ => { });
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, RequestLimits>();
    }
}
