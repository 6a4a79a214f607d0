using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services;

/// <summary>Tells browsers what they may do with the answers of a service, and with its pages. All policies are here.</summary>
public static class SecurityHeaders
{
    private const string Forwarded = "Forwarded";

    // What programs read: nothing of it is to be shown, run, framed or kept.
    private static readonly HeaderPolicyCollection OfAnswers = new HeaderPolicyCollection()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicyNoReferrer()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().None();
            csp.AddFrameAncestors().None();
        })
        .AddCustomHeader("Cache-Control", "no-store");

    // Pages and what they are made of. Components set styles of elements, which is inline; a web socket to the page's origin is 'self'.
    // Without a referrer, browsers send the forms of a page as if they came from nowhere, and the guard against other sites refuses them.
    private static readonly HeaderPolicyCollection OfPages = new HeaderPolicyCollection()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicySameOrigin()
        .AddFrameOptionsDeny()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().Self();
            csp.AddScriptSrc().Self();
            csp.AddStyleSrc().Self().UnsafeInline();
            csp.AddImgSrc().Self().Data();
            csp.AddFontSrc().Self().Data();
            csp.AddConnectSrc().Self();
            csp.AddObjectSrc().None();
            csp.AddBaseUri().Self();
            csp.AddFormAction().Self();
            csp.AddFrameAncestors().None();
        })
        .AddCrossOriginOpenerPolicy(policy => policy.SameOrigin())
        .AddCrossOriginResourcePolicy(policy => policy.SameOrigin());

    /// <summary>Leaves the headers of an endpoint as they are: for answers of others that are passed on.</summary>
    /// <typeparam name="TBuilder">The builder.</typeparam>
    /// <param name="builder">The endpoint under construction.</param>
    /// <returns>The builder.</returns>
    public static TBuilder WithoutSecurityHeaders<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithSecurityHeadersPolicy(Forwarded);

    internal static void AddSecurityHeaders(this IServiceCollection services) => services.AddSecurityHeaderPolicies()
        .AddPolicy(Forwarded, new HeaderPolicyCollection())
        .SetPolicySelector(context => context.EndpointPolicy ?? (IsForPrograms(context.HttpContext.Response.ContentType) ? OfAnswers : OfPages));

    private static bool IsForPrograms(string? contentType) =>
        contentType is null
        || contentType.StartsWith(MediaTypeNames.Application.Json, StringComparison.Ordinal)
        || contentType.StartsWith(MediaTypeNames.Application.ProblemJson, StringComparison.Ordinal)
        || contentType.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.Ordinal)
        || contentType.StartsWith(MediaTypeNames.Text.Plain, StringComparison.Ordinal);
}
