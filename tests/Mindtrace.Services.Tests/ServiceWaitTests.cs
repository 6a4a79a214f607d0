using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Mindtrace.Services.Tests;

/// <summary>A client that waits for a service which is still starting.</summary>
public sealed class ServiceWaitTests
{
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_ServiceComesUpLater_EndsOnceItAnswers()
    {
        using var starting = new StartingService(refusals: 3, HttpStatusCode.OK);
        using var http = new HttpClient(starting);

        await PassAsync(new ServiceClient(http, new Uri("http://starting")).WaitUntilAvailableAsync(TimeSpan.FromMinutes(1), _clock, Cancel));

        Assert.Equal(4, starting.Calls);
    }

    [Fact]
    public async Task Wait_ServiceNeverComesUp_SaysSoWhenTheTimeIsUp()
    {
        using var starting = new StartingService(int.MaxValue, HttpStatusCode.OK);
        using var http = new HttpClient(starting);
        var started = _clock.GetUtcNow();

        await Assert.ThrowsAsync<ServiceUnreachableException>(() =>
            PassAsync(new ServiceClient(http, new Uri("http://starting")).WaitUntilAvailableAsync(TimeSpan.FromMinutes(1), _clock, Cancel)));

        Assert.True(_clock.GetUtcNow() - started >= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Wait_ServiceRefusesTheKey_EndsAtOnce()
    {
        using var starting = new StartingService(refusals: 0, HttpStatusCode.Unauthorized);
        using var http = new HttpClient(starting);

        var refused = await Assert.ThrowsAsync<OperationException>(() =>
            new ServiceClient(http, new Uri("http://starting")).WaitUntilAvailableAsync(TimeSpan.FromMinutes(1), _clock, Cancel));

        Assert.Equal((401, 1), (refused.Status, starting.Calls));
    }

    /// <summary>Lets time pass until a wait is over.</summary>
    private async Task PassAsync(Task waiting)
    {
        while (!waiting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await waiting;
    }

    private sealed class StartingService(int refusals, HttpStatusCode status) : HttpMessageHandler
    {
        public int Calls { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Calls++ < refusals)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Nobody listens yet.");
            }

            return Task.FromResult(new HttpResponseMessage(status)
            {
                Content = new StringContent("""{"status":"Available"}""", Encoding.UTF8, "application/json"),
            });
        }
    }
}
