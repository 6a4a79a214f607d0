using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services.Tests;

/// <summary>How many requests are taken of one key, and of one address without one. No window ends while a test runs.</summary>
public sealed class RequestLimitTests : IAsyncLifetime
{
    private const int PerKey = 3;
    private const int PerAddress = 2;

    private readonly KeysInMemory _keys = new();
    private readonly RemoteAddress _remote = new();
    private SampleService _service = null!;

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync(builder =>
    {
        builder.Configuration["RequestLimits:Window"] = "1.00:00:00";
        builder.Configuration["RequestLimits:PerKey"] = $"{PerKey}";
        builder.Configuration["RequestLimits:PerAddress"] = $"{PerAddress}";
        builder.Services.AddSingleton<IApiKeyDirectory>(_keys);
        builder.Services.AddSingleton<IStartupFilter>(_remote);
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Key_BeyondItsLimit_Is429AndOthersAreServed()
    {
        var (hasty, calm) = (_keys.Add("hasty", [Role.Viewer]), _keys.Add("calm", [Role.Viewer]));
        await AssertServedAsync(PerKey, hasty);

        var refused = await SendAsync(hasty);

        Assert.Contains("'hasty'", refused.AssertProblem(429, "too-many-requests").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        await AssertServedAsync(PerKey, calm);
    }

    [Fact]
    public async Task WrongKeys_BeyondTheLimitOfTheirAddress_Are429AndKeysOfTheAddressAreServed()
    {
        var right = _keys.Add("right", [Role.Viewer]);
        (await SendAsync(ApiKey.Create("right").Text)).AssertProblem(401, "unauthenticated");
        (await SendAsync(key: null)).AssertProblem(401, "unauthenticated");

        (await SendAsync(ApiKey.Create("another").Text)).AssertProblem(429, "too-many-requests");

        await AssertServedAsync(PerKey, right);
        _remote.Address = IPAddress.Parse("192.0.2.7");
        (await SendAsync(key: null)).AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task WrongKeys_OfOneIPv6Network_CountTogether()
    {
        foreach (var address in new[] { "2001:db8:1:2::1", "2001:db8:1:2:ffff::2" })
        {
            _remote.Address = IPAddress.Parse(address);
            (await SendAsync(key: null)).AssertProblem(401, "unauthenticated");
        }

        _remote.Address = IPAddress.Parse("2001:db8:1:2::3");
        (await SendAsync(key: null)).AssertProblem(429, "too-many-requests");
        _remote.Address = IPAddress.Parse("2001:db8:1:3::3");
        (await SendAsync(key: null)).AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task WrongKeys_OfOneIPv4Address_CountTogetherInEitherForm()
    {
        foreach (var address in new[] { "::ffff:192.0.2.1", "192.0.2.1" })
        {
            _remote.Address = IPAddress.Parse(address);
            (await SendAsync(key: null)).AssertProblem(401, "unauthenticated");
        }

        (await SendAsync(key: null)).AssertProblem(429, "too-many-requests");
    }

    [Fact]
    public async Task ConfiguredKey_IsNotLimited() => await AssertServedAsync(2 * PerKey, SampleService.Key);

    [Fact]
    public async Task EndpointWithoutLimit_IsServedBeyondIt()
    {
        using var http = new HttpClient();
        for (var i = 0; i < 2 * PerAddress; i++)
        {
            await http.GetStringAsync(new Uri(_service.Address, "health"), TestContext.Current.CancellationToken);
        }
    }

    private async Task AssertServedAsync(int times, string key)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(key)).Status);
        }
    }

    private async Task<Answer> SendAsync(string? key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, "count_orders"));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Answer.OfAsync(await http.SendAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>Has requests seem to come from elsewhere than from this machine.</summary>
    private sealed class RemoteAddress : IStartupFilter
    {
        public IPAddress Address { get; set; } = IPAddress.Loopback;

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate rest) =>
            {
                context.Connection.RemoteIpAddress = Address;
                return rest(context);
            });
            next(app);
        };
    }
}
