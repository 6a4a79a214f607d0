using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services.Tests;

/// <summary>What browsers are told about answers and pages.</summary>
public sealed class SecurityHeaderTests : IAsyncLifetime
{
    private SampleService _service = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync(mapMore: Pages);

    private static Action<WebApplication> Pages => app =>
    {
        app.MapGet("/page", () => Results.Content("<!DOCTYPE html>", "text/html; charset=utf-8"));
        app.MapGet("/style", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            return Results.Content("body {}", "text/css");
        });
        app.MapGet("/other", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "script-src other.example";
            return Results.Content("<!DOCTYPE html>", "text/html");
        }).WithoutSecurityHeaders();
    };

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("count_orders", HttpStatusCode.OK)]
    [InlineData("place_order", HttpStatusCode.UnprocessableEntity)]
    [InlineData("no_such_path", HttpStatusCode.NotFound)]
    [InlineData("fail", HttpStatusCode.InternalServerError)]
    public async Task Answer_OfAnyStatus_IsNeitherShownNorFramedNorKept(string path, HttpStatusCode status)
    {
        using var content = new StringContent("""{"kind":"unknown"}""", mediaType: new("application/json"));
        using var answer = await _service.Http.PostAsync(path, content, Cancel);

        Assert.Equal(status, answer.StatusCode);
        AssertNotShown(answer);
    }

    [Fact]
    public async Task Answer_WithoutKey_IsNeitherShownNorFramedNorKept()
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(_service.Address, "count_orders"), content: null, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        AssertNotShown(answer);
    }

    [Fact]
    public async Task Page_RunsWhatComesFromItsOriginAlone()
    {
        using var page = await _service.Http.GetAsync("page", Cancel);

        Assert.Equal(
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
                + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
            Header(page, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(page, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(page, "X-Frame-Options"));
        Assert.Equal("same-origin", Header(page, "Referrer-Policy"));
    }

    [Fact]
    public async Task PartOfAPage_KeepsHowLongItIsKept()
    {
        using var style = await _service.Http.GetAsync("style", Cancel);

        Assert.Equal("max-age=60", Header(style, "Cache-Control"));
        Assert.Equal("nosniff", Header(style, "X-Content-Type-Options"));
    }

    [Fact]
    public async Task AnswerOfAnother_ComesAsItIs()
    {
        using var answer = await _service.Http.GetAsync("other", Cancel);

        Assert.Equal("script-src other.example", Header(answer, "Content-Security-Policy"));
        Assert.False(answer.Headers.Contains("X-Content-Type-Options"));
    }

    private static void AssertNotShown(HttpResponseMessage answer)
    {
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(answer, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
