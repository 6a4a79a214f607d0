using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Services.Tests;

public class OrderException(string message) : Exception(message);

public sealed class OrderLostException(string message) : OrderException(message);

public sealed class WarehouseClosedException() : Exception("secret: the guard is asleep");

/// <summary>A small service on a port of its own, in the way that the real ones are made.</summary>
public sealed class SampleService : IAsyncDisposable
{
    public const string Key = "sample-key-0123456789";
    public const string ClassName = "OrderDesk";
    public const int MaxRequestBytes = 64 << 10;

    private SampleService(WebApplication app, RecordingLoggerProvider logs)
    {
        App = app;
        Logs = logs;
        Address = new Uri(app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public WebApplication App { get; }

    public RecordingLoggerProvider Logs { get; }

    public Uri Address { get; }

    /// <summary>Sends the key; a test that is about keys makes a client of its own.</summary>
    public HttpClient Http { get; }

    public ServiceClient Client => new(Http, apiKey: Key);

    public static async Task<SampleService> StartAsync(
        Action<WebApplicationBuilder>? configure = null, Action<OperationGroup>? map = null, Action<WebApplication>? mapMore = null)
    {
        // In development the host puts its page with stack traces around everything: it must not come to show.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Security:ApiKey"] = Key,
            ["Mindtrace:Service:MaxRequestBytes"] = $"{MaxRequestBytes}",
        });
        var logs = new RecordingLoggerProvider();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.AddService(ClassName);
        builder.Services.AddSingleton<OrderDesk>();
        builder.Services.AddProblem<OrderException>(
            StatusCodes.Status409Conflict, "order-refused", "The order is refused.", e => e.Message);
        builder.Services.AddProblem<WarehouseClosedException>(
            StatusCodes.Status503ServiceUnavailable, "warehouse-closed", "The warehouse is closed.", retryAfter: TimeSpan.FromSeconds(1.5));
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapOperations(operations =>
        {
            operations.MapOrders();
            map?.Invoke(operations);
        });
        app.MapGet("/health", () => "Healthy").AllowAnonymous().DisableRateLimiting();
        mapMore?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SampleService(app, logs);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync(TestContext.Current.CancellationToken);
        await App.DisposeAsync();
    }

    public async Task<Answer> PostAsync(string path, string? json, string? contentType = "application/json")
    {
        var content = json is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        if (content is not null && contentType is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return await Answer.OfAsync(await Http.PostAsync(path, content, TestContext.Current.CancellationToken));
    }
}

/// <summary>An answer, read whole.</summary>
public sealed record Answer(HttpStatusCode Status, string? ContentType, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return new(response.StatusCode, response.Content.Headers.ContentType?.ToString(), body, response.Headers);
        }
    }

    /// <summary>Asserts that this is a well-formed problem of the kind, and returns its body.</summary>
    public JsonElement AssertProblem(int status, string slug)
    {
        Assert.Equal((HttpStatusCode)status, Status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal("urn:mindtrace:problem:" + slug, Json.GetProperty("type").GetString());
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        return Json;
    }

    /// <summary>Asserts that exactly these fields are blamed, in these words.</summary>
    public void AssertInvalid(params (string Field, string Error)[] expected)
    {
        var errors = AssertProblem(422, "invalid-request").GetProperty("errors").EnumerateObject()
            .Select(field => (field.Name, field.Value.EnumerateArray().Single().GetString()!));
        Assert.Equal(expected, errors);
    }
}
