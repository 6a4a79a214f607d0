using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mindtrace.Services.Tests;

/// <summary>Keys that are looked up, as against the configured one.</summary>
public sealed class NamedKeyTests : IAsyncLifetime
{
    private readonly KeysInMemory _keys = new();
    private readonly FakeTimeProvider _clock = new();
    private SampleService _service = null!;

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync(builder =>
    {
        builder.Services.AddSingleton<IApiKeyDirectory>(_keys);
        builder.Services.AddSingleton<TimeProvider>(_clock);
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Key_HoldsItsRolesAndThoseTheyInclude()
    {
        var key = _keys.Add("clerk", [Role.Operator]);

        var included = await SendAsync("count_orders", key);
        var beyond = await SendAsync("clear_orders", key);

        Assert.Equal(HttpStatusCode.OK, included.Status);
        Assert.Equal("The key 'clerk' lacks the role admin.", beyond.AssertProblem(403, "forbidden").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Key_PassesItsEnd_Is401()
    {
        var key = _keys.Add("guest", [Role.Viewer], _clock.GetUtcNow().AddSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("count_orders", key)).Status);

        _clock.Advance(TimeSpan.FromSeconds(1));

        (await SendAsync("count_orders", key)).AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Key_IsRevoked_Is401After5Seconds()
    {
        var key = _keys.Add("guest", [Role.Viewer]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("count_orders", key)).Status);

        _keys.Remove("guest");
        _clock.Advance(TimeSpan.FromSeconds(5));

        (await SendAsync("count_orders", key)).AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Key_IsLookedUpOnceIn5Seconds()
    {
        var key = _keys.Add("guest", [Role.Viewer]);

        await SendAsync("count_orders", key);
        await SendAsync("count_orders", key);
        Assert.Equal(1, _keys.Lookups);

        _clock.Advance(TimeSpan.FromSeconds(5));
        await SendAsync("count_orders", key);
        Assert.Equal(2, _keys.Lookups);
    }

    [Fact]
    public async Task Key_IsMadeAnewUnderItsName_OnlyTheNewOneIsAdmitted()
    {
        var old = _keys.Add("guest", [Role.Viewer]);
        await SendAsync("count_orders", old);

        var renewed = _keys.Add("guest", [Role.Viewer]);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync("count_orders", renewed)).Status);
        (await SendAsync("count_orders", old)).AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Key_IsNotOfTheForm_IsNotLookedUp()
    {
        var key = _keys.Add("guest", [Role.Viewer]);

        foreach (var sent in new[] { "", "mtk.", "mtk..", "mtk.guest", "mtk.guest.", "mtk.guest.short", key[..^1], key + "A", key.ToUpperInvariant(), key[4..] })
        {
            (await SendAsync("count_orders", sent)).AssertProblem(401, "unauthenticated");
        }

        Assert.Equal(0, _keys.Lookups);
    }

    private async Task<Answer> SendAsync(string operation, string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, operation));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Answer.OfAsync(await http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
