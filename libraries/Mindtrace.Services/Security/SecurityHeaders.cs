using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NetEscapades.AspNetCore.SecurityHeaders.Headers.ContentSecurityPolicy;

namespace Mindtrace.Services;

/// <summary>Tells browsers what they may do with the answers of a service, and with its pages. All policies are here.</summary>
public static class SecurityHeaders
{
    private const string Forwarded = "Forwarded";
    private const string WithNonce = "WithNonce";

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

    private static readonly HeaderPolicyCollection OfPages = PagesWith(_ => { });

    /// <summary>Leaves the headers of an endpoint as they are: for answers of others that are passed on.</summary>
    /// <typeparam name="TBuilder">The builder.</typeparam>
    /// <param name="builder">The endpoint under construction.</param>
    /// <returns>The builder.</returns>
    public static TBuilder WithoutSecurityHeaders<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithSecurityHeadersPolicy(Forwarded);

    /// <summary>Lets the pages of an endpoint run scripts that stand in them, if those have the nonce of the request.</summary>
    /// <typeparam name="TBuilder">The builder.</typeparam>
    /// <param name="builder">The endpoint under construction.</param>
    /// <returns>The builder.</returns>
    public static TBuilder WithScriptNonce<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithSecurityHeadersPolicy(WithNonce);

    internal static void AddSecurityHeaders(this IServiceCollection services) => services.AddSecurityHeaderPolicies()
        .AddPolicy(Forwarded, new HeaderPolicyCollection())
        .AddPolicy(WithNonce, PagesWith(scripts => scripts.WithNonce()))
        .SetPolicySelector(context => context.EndpointPolicy ?? (IsForPrograms(context.HttpContext.Response.ContentType) ? OfAnswers : OfPages));

    private static bool IsForPrograms(string? contentType) =>
        contentType is null
        || contentType.StartsWith(MediaTypeNames.Application.Json, StringComparison.Ordinal)
        || contentType.StartsWith(MediaTypeNames.Application.ProblemJson, StringComparison.Ordinal)
        || contentType.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.Ordinal)
        || contentType.StartsWith(MediaTypeNames.Text.Plain, StringComparison.Ordinal);

    // Pages and what they are made of. Components set styles of elements, which is inline; a web socket to the page's origin is 'self'.
    // Without a referrer, browsers send the forms of a page as if they came from nowhere, and the guard against other sites refuses them.
    private static HeaderPolicyCollection PagesWith(Action<ScriptSourceDirectiveBuilder> scripts) => new HeaderPolicyCollection()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicySameOrigin()
        .AddFrameOptionsDeny()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().Self();
            scripts(csp.AddScriptSrc().Self());
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
}
