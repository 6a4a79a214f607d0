using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Makes a web application a service of the cluster.</summary>
public static class ServiceHostingExtensions
{
    /// <summary>Registers what every service has: identity, API key, problem details, OpenAPI document, tool server, process id file.</summary>
    /// <param name="builder">The application under construction.</param>
    /// <param name="className">The kind of service, such as <c>ClusterManager</c>; letters, digits and underscores.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="className"/> has other characters.</exception>
    public static TBuilder AddService<TBuilder>(this TBuilder builder, string className)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(className);
        if (className.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
        {
            throw new ArgumentException($"The class name '{className}' has characters that a file name may not hold.", nameof(className));
        }

        var services = builder.Services;
        services.AddOptions<ServiceOptions>()
            .BindConfiguration(ServiceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new ServiceIdentity(className, provider.GetRequiredService<IOptions<ServiceOptions>>().Value.ServerId));
        services.AddSingleton<OperationCatalog>();
        services.AddSingleton<ServiceAddress>();
        services.AddSingleton<AllowedHosts>();
        services.AddSingleton<PidFile>();
        services.AddHostedService(provider => provider.GetRequiredService<PidFile>());
        services.AddServerCertificates();
        services.AddApiKeyAuthentication();
        services.AddRequestLimits();
        services.AddSecurityHeaders();
        services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(server => server.AddServerHeader = false);
        services.AddSingleton<AuditLog>();
        services.AddServiceDocument(className);
        services.AddTools(className);
        services.AddSingleton<ExceptionProblems>();
        services.AddSingleton(provider => new LocalOperations(
            provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<Caller>(), provider.GetRequiredService<ExceptionProblems>(),
            provider.GetRequiredService<AuditLog>()));
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.AddProblem<BadHttpRequestException>(exception => Problem.ForStatus(exception.StatusCode));
        services.AddProblem<InvalidRequestException>(exception => RequestProblems.Invalid(exception.Errors));
        services.AddProblem<ServiceUnreachableException>(
            StatusCodes.Status503ServiceUnavailable, "service-unreachable", "Another service does not answer.", e => e.Message);
        services.AddProblem<OperationException>(exception => exception.ToProblem());
        return builder;
    }

    /// <summary>
    /// Maps the operations of every service, then the given ones, the OpenAPI document at <c>/openapi/v1.json</c> and the tool
    /// server at the path of <see cref="McpOptions"/>.
    /// </summary>
    /// <param name="app">The application, made with <see cref="AddService"/>. Call this once, before other middleware is added.</param>
    /// <param name="map">Maps the service's own operations.</param>
    /// <returns><paramref name="app"/>.</returns>
    /// <remarks>Faults, unknown paths and wrong methods are answered as problem details in the whole application.</remarks>
    public static WebApplication MapOperations(this WebApplication app, Action<OperationGroup> map)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(map);

        // Named here although the host would add routing and authorization by itself: it would put them outside the handler.
        app.UseSecurityHeaders();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => Problem.ForStatus(context.HttpContext.Response.StatusCode).WriteAsync(context.HttpContext));
        app.UseMiddleware<CrossSiteGuard>();
        app.UseRouting();
        app.UseMiddleware<AuditMiddleware>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();

        var operations = new OperationGroup(app);
        operations.MapService();
        map(operations);
        app.MapTools();
        app.MapOpenApi();
        return app;
    }
}
