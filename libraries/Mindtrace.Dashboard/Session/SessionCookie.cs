using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using StackExchange.Redis;
using Role = Mindtrace.Services.Role;

namespace Mindtrace.Dashboard.Session;

/// <summary>Keeps people signed in by a cookie that scripts cannot read and that other sites do not cause to be sent. It opens the pages, no operation.</summary>
internal static class SessionCookie
{
    public const string Scheme = "Session";

    /// <summary>Who may see the pages.</summary>
    public static void MaySee(AuthorizationPolicyBuilder policy) => policy.AddAuthenticationSchemes(Scheme).RequireRole(nameof(Role.Viewer));

    /// <summary>Opens a session.</summary>
    public static Task SignInAsync(this HttpContext context, ClaimsPrincipal holder) => context.SignInAsync(Scheme, holder);

    public static void AddSessions(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie(Scheme);
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<IOptions<DashboardOptions>>((cookie, dashboard) =>
        {
            cookie.Cookie.Name = DashboardExtensions.CookiePrefix + "session";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = dashboard.Value.SessionTimeout;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = cookie.AccessDeniedPath = DashboardPaths.Login;
            cookie.ReturnUrlParameter = "return";
            cookie.Events.OnValidatePrincipal = EndWithKeyAsync;
        });
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = DashboardExtensions.CookiePrefix + "form";
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });

        // Whichever manager answers next can read the cookies of the others. Who can read these keys has the credentials of the
        // store, and could make API keys with them, so nothing is won by encrypting them.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddDataProtection().SetApplicationName("mindtrace");
        services.AddOptions<KeyManagementOptions>().Configure<IConnectionMultiplexer, RedisKeySpace>((keys, redis, space) =>
            keys.XmlRepository = new RedisXmlRepository(() => redis.GetDatabase(), space.Prefix + "data-protection"));
    }

    /// <remarks>That the form is read has its antiforgery token checked.</remarks>
    public static void MapSignOut(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPost(DashboardPaths.Logout, async (HttpContext context, IFormCollection _) =>
        {
            await context.SignOutAsync(Scheme);
            return TypedResults.LocalRedirect(DashboardPaths.Login);
        })
        .RequireAuthorization(MaySee).ExcludeFromDescription();

    private static async Task EndWithKeyAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<ApiKeySessions>();
        if (!await sessions.IsOpenAsync(context.Principal!, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Scheme);
        }
    }
}
