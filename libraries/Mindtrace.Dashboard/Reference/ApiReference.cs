using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Mindtrace.Dashboard.Session;
using Mindtrace.Services;
using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace Mindtrace.Dashboard.Reference;

/// <summary>The OpenAPI document as a page to read and to try operations on. What it is made of comes with the program; operations ask for a key as ever.</summary>
internal static class ApiReference
{
    // For who is signed in: a browser sends no key along when it opens a document.
    private const string Document = "/ui/openapi/{documentName}.json";

    public static void MapApiReference(this WebApplication app)
    {
        app.MapOpenApi(Document).RequireAuthorization(SessionCookie.MaySee);
        app.MapScalarApiReference(DashboardPaths.Reference, (options, context) => options
                .WithTitle("Mindtrace: operations")
                .WithOpenApiRoutePattern(Document)
                .WithNonce(context.GetNonce())
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools())
            .RequireAuthorization(SessionCookie.MaySee)
            .WithScriptNonce()
            .ExcludeFromDescription();
    }
}
