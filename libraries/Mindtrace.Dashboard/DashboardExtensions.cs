using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.FluentUI.AspNetCore.Components;
using Mindtrace.Dashboard.Live;
using Mindtrace.Dashboard.Reference;
using Mindtrace.Dashboard.Session;
using Mindtrace.Dashboard.Shell;

namespace Mindtrace.Dashboard;

/// <summary>Gives the manager its page.</summary>
public static class DashboardExtensions
{
    /// <summary>What the names of the page's cookies begin with.</summary>
    public const string CookiePrefix = "mindtrace-";

    /// <summary>Registers the page. It works with the operations that the service maps, and with its job store.</summary>
    /// <param name="builder">The application under construction.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<DashboardOptions>()
            .BindConfiguration(DashboardOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();

        // Of a program that was built and not published; the host does so itself in development alone.
        if (!builder.Environment.IsDevelopment())
        {
            StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        }

        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddFluentUIComponents();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionStateProvider>();
        services.AddScoped<ClusterOperations>();
        services.AddSingleton<ClusterPulse>();
        services.AddSessions();
        return builder;
    }

    /// <summary>Maps the page at <c>/</c> and below <c>/ui</c>, and what it is made of below <c>/_</c>. Call this after the operations are mapped.</summary>
    /// <param name="app">The application.</param>
    /// <returns><paramref name="app"/>.</returns>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Services.GetRequiredService<IOptions<DashboardOptions>>().Value.Enabled)
        {
            return app;
        }

        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode()
            .RequireAuthorization(SessionCookie.MaySee)
            .ExcludeFromDescription();
        app.MapSignOut();
        app.MapApiReference();
        return app;
    }
}
