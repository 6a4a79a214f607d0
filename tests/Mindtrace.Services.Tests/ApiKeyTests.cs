using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services.Tests;

public sealed class ApiKeyTests(ServiceFixture fixture)
{
    [Theory]
    [InlineData("Bearer " + SampleService.Key)]
    [InlineData("bearer " + SampleService.Key)]
    [InlineData("BEARER  " + SampleService.Key)]
    public async Task RightKey_IsAdmitted(string authorization)
    {
        var answer = await SendAsync(fixture.Service, "status", authorization);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer sample-key-0123456788")]
    [InlineData("Bearer sample-key-01234567890")]
    [InlineData("Bearer Sample-key-0123456789")]
    [InlineData("Basic " + SampleService.Key)]
    [InlineData(SampleService.Key)]
    public async Task NoKeyOrWrongKey_Is401(string? authorization)
    {
        var answer = await SendAsync(fixture.Service, "status", authorization);

        answer.AssertProblem(401, "unauthenticated");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.DoesNotContain(SampleService.Key, answer.Body);
    }

    [Theory]
    [InlineData("no_such_path")]
    [InlineData("openapi/v1.json")]
    public async Task WithoutKey_NothingIsTold(string path) =>
        (await SendAsync(fixture.Service, path, null)).AssertProblem(401, "unauthenticated");

    [Fact]
    public async Task AnonymousEndpoint_NeedsNoKey()
    {
        using var http = new HttpClient();

        var health = await http.GetStringAsync(new Uri(fixture.Service.Address, "health"), TestContext.Current.CancellationToken);

        Assert.Equal("Healthy", health);
    }

    [Fact]
    public async Task MissingRole_Is403AndNamesIt()
    {
        await using var service = await SampleService.StartAsync(builder =>
            builder.Services.AddSingleton<IClaimsTransformation, OnlyViewer>());

        var allowed = await service.PostAsync("count_orders", null);
        var refused = await service.PostAsync("clear_orders", null);

        Assert.Equal(HttpStatusCode.OK, allowed.Status);
        Assert.Contains("admin", refused.AssertProblem(403, "forbidden").GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData(null, "Security:ApiKey is not set")]
    [InlineData("short", "at least 16")]
    public async Task MissingOrShortKey_StopsTheStart(string? key, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            SampleService.StartAsync(builder => builder.Configuration["Security:ApiKey"] = key));

        Assert.Contains(message, failure.Message);
    }

    [Theory]
    [InlineData("NodeKey", "short", "Security:NodeKey has 5 characters")]
    [InlineData("WorkerKey", "", "Security:WorkerKey has 0 characters")]
    [InlineData("WorkerKey", SampleService.Key, "Security:ApiKey and Security:WorkerKey are the same key")]
    public async Task KeyOfARole_IsShortOrHasMoreRoles_StopsTheStart(string setting, string key, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            SampleService.StartAsync(builder => builder.Configuration[$"Security:{setting}"] = key));

        Assert.Contains(message, failure.Message);
    }

    [Theory]
    [InlineData("Accept", "*/*", HttpStatusCode.OK)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("X-Forwarded-For", "192.0.2.1", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Bearer wrong", HttpStatusCode.Unauthorized)]
    public async Task AnonymousLoopback_AdmitsLocalClientsOnly(string header, string value, HttpStatusCode expected)
    {
        await using var service = await SampleService.StartAsync(builder =>
            builder.Configuration["Security:AnonymousLoopback"] = "true");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        using var response = await http.PostAsync(
            new Uri(service.Address, "status"), null, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task<Answer> SendAsync(SampleService service, string path, string? authorization)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Address, path));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await Answer.OfAsync(await http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
