using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mindtrace.Services.Tests;

/// <summary>The keys by which a manager calls services, at a service that has another key than the manager.</summary>
public sealed class CallKeyTests : IAsyncLifetime
{
    private const string ClusterKey = "the-key-of-the-cluster";

    private readonly KeysInMemory _keys = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private SampleService _service = null!;

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync(builder =>
    {
        builder.Services.AddSingleton<IApiKeyDirectory>(_keys);
        builder.Services.AddSingleton<TimeProvider>(_clock);
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Manager_CallsTheServiceItself_MayDoAllThatItsCallsTake()
    {
        Assert.Equal(HttpStatusCode.OK, await CallAsync(_service.Address));
        Assert.Equal(1, _keys.Lookups);
    }

    [Fact]
    public async Task Manager_NamesTheMachineOtherwise_IsAdmitted() =>
        Assert.Equal(HttpStatusCode.OK, await CallAsync(new UriBuilder(_service.Address) { Host = "localhost" }.Uri));

    [Fact]
    public async Task Key_WasForAnotherService_IsNotLookedUp()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(new UriBuilder(_service.Address) { Port = 9 }.Uri));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(new UriBuilder(_service.Address) { Host = "192.0.2.1" }.Uri));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(new UriBuilder(_service.Address) { Scheme = "https" }.Uri));
        Assert.Equal(0, _keys.Lookups);
    }

    [Theory]
    [InlineData(-60, HttpStatusCode.OK)]
    [InlineData(119, HttpStatusCode.OK)]
    [InlineData(120, HttpStatusCode.Unauthorized)]
    [InlineData(-61, HttpStatusCode.Unauthorized)]
    public async Task Key_CountsForTwoHours_ByClocksThatAreUpToAnHourApart(int minutesLater, HttpStatusCode expected)
    {
        var made = _clock.GetUtcNow();
        var key = Made(_service.Address, made);

        // The clock of this service; a fake one cannot be set back.
        _clock.AdjustTime(made.AddMinutes(minutesLater));

        Assert.Equal(expected, await SendAsync(key));
    }

    [Fact]
    public async Task Key_FollowsFromAnotherKeyThanTheClusters_IsRefused()
    {
        Made(_service.Address, _clock.GetUtcNow());

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(CallKey.For(_service.Address, "the-key-of-another-cluster", _clock.GetUtcNow()).Text));
    }

    [Fact]
    public async Task Key_FollowsFromTheServicesOwn_NobodyIsAsked()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(CallKey.For(_service.Address, SampleService.Key, _clock.GetUtcNow()).Text));
        Assert.Equal(0, _keys.Lookups);
    }

    [Theory]
    [InlineData("manager@")]
    [InlineData("manager@1")]
    [InlineData("manager@x@http://127.0.0.1/")]
    [InlineData("manager@-1@http://127.0.0.1/")]
    [InlineData("manager@2147483647@http://127.0.0.1/")]
    [InlineData("manager@1@127.0.0.1")]
    [InlineData("manager")]
    public void Name_OfNoSuchKey_IsNone(string name) => Assert.False(CallKey.TryRead(name, out _));

    private Task<HttpStatusCode> CallAsync(Uri service) => SendAsync(Made(service, _clock.GetUtcNow()));

    /// <summary>Makes a key as the manager does, which tells of it when it is asked.</summary>
    private string Made(Uri service, DateTimeOffset at)
    {
        var key = CallKey.For(service, ClusterKey, at);
        Assert.True(CallKey.TryRead(key.Name, out var read));
        _keys.Add(read.Known(ClusterKey));
        return key.Text;
    }

    /// <summary>Asks for what takes the role admin.</summary>
    private async Task<HttpStatusCode> SendAsync(string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, "clear_orders"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
