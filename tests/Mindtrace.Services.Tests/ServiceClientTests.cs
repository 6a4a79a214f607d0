using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services.Tests;

public sealed class ServiceClientTests(ServiceFixture fixture)
{
    private static readonly Order AnOrder = new()
    {
        OrderId = "7",
        Customer = new("Grace", 85),
        Urgency = Urgency.Urgent,
        DueAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
        Amounts = new Dictionary<string, int> { ["Tea"] = 2 },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_BringsTheRequestThereAndTheResponseBack()
    {
        var answer = await fixture.Service.Client.CallAsync(SampleOperations.PlaceOrder, AnOrder, Cancel);

        Assert.Equivalent(AnOrder, answer, strict: true);
    }

    [Fact]
    public async Task Call_WithoutInputOrOutput_Works()
    {
        await using var service = await SampleService.StartAsync();
        await service.Client.CallAsync(SampleOperations.PlaceOrder, AnOrder, Cancel);
        var before = await service.Client.CallAsync(SampleOperations.CountOrders, Cancel);

        await service.Client.CallAsync(SampleOperations.ClearOrders, Cancel);

        Assert.Equal(1, before.OrderCount);
        Assert.Equal(0, (await service.Client.CallAsync(SampleOperations.CountOrders, Cancel)).OrderCount);
    }

    [Fact]
    public async Task Shutdown_ThoughNotJson_IsASuccess()
    {
        await using var service = await SampleService.StartAsync();

        Assert.Equal(default, await service.Client.CallAsync(ServiceOperations.Shutdown, Cancel));
    }

    [Fact]
    public async Task Refusal_BecomesAnOperationException()
    {
        var failure = await Assert.ThrowsAsync<OperationException>(() =>
            fixture.Service.Client.CallAsync(SampleOperations.BookRoom, new Booking("bar", 2, 1), Cancel));

        Assert.Equal((422, ProblemTypes.InvalidRequest, "book_room"), (failure.Status, failure.ProblemType, failure.Operation));
        Assert.Equal(["must not be before first_day"], failure.Errors["last_day"]);
        Assert.Contains("last_day must not be before first_day", failure.Message);
    }

    [Fact]
    public async Task Outage_CarriesTheWait()
    {
        var failure = await Assert.ThrowsAsync<OperationException>(() =>
            fixture.Service.Client.CallAsync(SampleOperations.Fail, new FaultRequest("closed"), Cancel));

        Assert.Equal((503, "urn:mindtrace:problem:warehouse-closed"), (failure.Status, failure.ProblemType));
        Assert.Equal("The warehouse is closed.", failure.Title);
        Assert.Equal(TimeSpan.FromSeconds(2), failure.RetryAfter);
    }

    [Fact]
    public async Task WithoutKey_IsRefused()
    {
        using var http = new HttpClient();
        var client = new ServiceClient(http, fixture.Service.Address);

        var failure = await Assert.ThrowsAsync<OperationException>(() => client.CallAsync(ServiceOperations.Status, Cancel));

        Assert.Equal((401, ProblemTypes.Unauthenticated), (failure.Status, failure.ProblemType));
    }

    [Theory]
    [InlineData(500, "text/plain", "Internal Server Error", "Internal Server Error")]
    [InlineData(503, "application/json", """{"detail":"Server failed to connect: ServerStatus.DOWN"}""", "Server failed to connect: ServerStatus.DOWN")]
    [InlineData(422, "application/json", """{"detail":[{"loc":["body","id"]}]}""", """[{"loc":["body","id"]}]""")]
    [InlineData(404, "application/json", """["odd"]""", null)]
    [InlineData(502, null, "", null)]
    [InlineData(204, null, "", null)]
    public async Task AnswersOfOtherImplementations_AreUnderstood(int status, string? contentType, string body, string? detail)
    {
        var failure = await Assert.ThrowsAsync<OperationException>(() =>
            AnsweringClient(status, contentType, body).CallAsync(ServiceOperations.Status, Cancel));

        Assert.Equal((status, detail), (failure.Status, failure.Detail));
        Assert.Empty(failure.Errors);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("<html>")]
    public async Task SuccessThatCannotBeRead_IsAnOperationException(string body)
    {
        var failure = await Assert.ThrowsAsync<OperationException>(() =>
            AnsweringClient(200, "application/json", body).CallAsync(ServiceOperations.Status, Cancel));

        Assert.Equal((200, "urn:mindtrace:problem:unreadable-answer"), (failure.Status, failure.ProblemType));
    }

    [Fact]
    public async Task LongErrorPage_IsCutShort()
    {
        var failure = await Assert.ThrowsAsync<OperationException>(() =>
            AnsweringClient(500, "text/html", new string('x', 1 << 20)).CallAsync(ServiceOperations.Status, Cancel));

        Assert.True(failure.Detail!.Length < 1100);
    }

    [Fact]
    public async Task NobodyThere_IsUnreachableAndNamesTheAddress()
    {
        var service = await SampleService.StartAsync();
        await service.DisposeAsync();
        using var http = new HttpClient();
        var client = new ServiceClient(http, service.Address);

        var failure = await Assert.ThrowsAsync<ServiceUnreachableException>(() => client.CallAsync(ServiceOperations.Status, Cancel));

        Assert.Equal(client.BaseAddress, failure.Address);
        Assert.Contains(service.Address.ToString(), failure.Message);
    }

    [Fact]
    public async Task NoAnswerInTime_IsUnreachable()
    {
        using var http = new HttpClient(new Handler(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new();
        }))
        { Timeout = TimeSpan.FromMilliseconds(1) };

        var failure = await Assert.ThrowsAsync<ServiceUnreachableException>(() =>
            new ServiceClient(http, new("http://manager")).CallAsync(ServiceOperations.Status, Cancel));

        Assert.Contains("in time", failure.Message);
    }

    [Fact]
    public async Task CancelledCall_IsCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            fixture.Service.Client.CallAsync(ServiceOperations.Status, cancelled.Token));
    }

    [Theory]
    [InlineData("http://manager", "http://manager/status")]
    [InlineData("http://manager/", "http://manager/status")]
    [InlineData("http://host:81/manager", "http://host:81/manager/status")]
    [InlineData("http://host:81/manager/", "http://host:81/manager/status")]
    [InlineData("http://user:secret@host?a=b", "http://host/status")]
    [InlineData("http://[::1]:82", "http://[::1]:82/status")]
    [InlineData("https+http://manager", "https+http://manager/status")]
    public async Task BaseAddress_MayHaveAPathAndATrailingSlash(string address, string called)
    {
        Uri? requested = null;
        using var http = new HttpClient(new Handler((request, _) =>
        {
            requested = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"status":"Available"}""") });
        }));

        await new ServiceClient(http, new(address)).CallAsync(ServiceOperations.Status, Cancel);

        Assert.Equal(new Uri(called), requested);
    }

    [Fact]
    public void MissingBaseAddress_IsRefused()
    {
        using var http = new HttpClient();

        Assert.Throws<ArgumentException>(() => new ServiceClient(http));
        Assert.Throws<ArgumentException>(() => new ServiceClient(http, new("manager", UriKind.Relative)));
    }

    [Fact]
    public async Task RegisteredClient_CallsTheConfiguredAddressWithTheClustersKey()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orders:BaseAddress"] = fixture.Service.Address.ToString(),
            ["Security:ApiKey"] = SampleService.Key,
        }).Build());
        services.AddServiceClient<OrderClient>("Orders");
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<OrderClient>().Service.CallAsync(ServiceOperations.ClassName, Cancel);

        Assert.Equal(SampleService.ClassName, answer.ClassName);
    }

    [Fact]
    public async Task RegisteredClient_NeverRepeatsACallByItself()
    {
        var calls = 0;
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orders:BaseAddress"] = "http://manager",
        }).Build());
        services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler());
        services.AddServiceClient<OrderClient>("Orders").ConfigurePrimaryHttpMessageHandler(() => new Handler((_, _) =>
        {
            calls++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        }));
        await using var provider = services.BuildServiceProvider();

        await Assert.ThrowsAsync<OperationException>(() =>
            provider.GetRequiredService<OrderClient>().Service.CallAsync(ServiceOperations.Status, Cancel));

        Assert.Equal(1, calls);
    }

    private static ServiceClient AnsweringClient(int status, string? contentType, string body)
    {
        var http = new HttpClient(new Handler((_, _) =>
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = contentType is null ? null : new(contentType);
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = content });
        }));
        return new ServiceClient(http, new("http://other"));
    }

    private sealed class OrderClient(ServiceClient service)
    {
        public ServiceClient Service { get; } = service;
    }

    private sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }
}
