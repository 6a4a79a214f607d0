using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>A launched worker, while its node is silent.</summary>
public sealed class NodeWatchTests : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly ObservedClock _clock = new();
    private readonly WatchedNode _node = new();
    private readonly Lifetime _lifetime = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(NodeAnswer.Refuses)]
    [InlineData(NodeAnswer.IsUnwell)]
    [InlineData(NodeAnswer.Hangs)]
    internal async Task Watch_NodeSilentForTooLong_StopsTheWorker(NodeAnswer silence)
    {
        using var watch = await StartAsync();
        _node.Answer = silence;
        await LookAsync(Silence - LookInterval);
        Assert.False(_lifetime.Stopped.Task.IsCompleted);

        _clock.Advance(LookInterval);

        await _lifetime.Stopped.Task.InTime();
        await watch.ExecuteTask!.InTime();
    }

    [Fact]
    public async Task Watch_NodeIsHeardOfInBetween_CountsAnew()
    {
        using var watch = await StartAsync();
        _node.Answer = NodeAnswer.Refuses;
        await LookAsync(Silence - (2 * LookInterval));
        _node.Answer = NodeAnswer.IsWell;
        await LookAsync(LookInterval);
        _node.Answer = NodeAnswer.Refuses;

        await LookAsync(Silence - LookInterval);
        Assert.False(_lifetime.Stopped.Task.IsCompleted);

        // The answer may have been taken note of as late as at the next look.
        _clock.Advance(2 * LookInterval);
        await _lifetime.Stopped.Task.InTime();
    }

    [Fact]
    public async Task Watch_WorkerThatNoNodeLaunched_WatchesNobody()
    {
        using var watch = Watch(new WorkerOptions());

        await watch.StartAsync(CancellationToken.None);

        await watch.ExecuteTask!.InTime();
        Assert.False(_lifetime.Stopped.Task.IsCompleted);
    }

    private async Task<NodeWatch> StartAsync()
    {
        var watch = Watch(new WorkerOptions { NodeUrl = new Uri("http://node/"), NodeSilenceTimeout = Silence });
        await watch.StartAsync(CancellationToken.None);
        Assert.Equal(LookInterval, await _clock.NextWaitAsync());
        return watch;
    }

    private NodeWatch Watch(WorkerOptions options) => new(
        new PeerClients(_node, Options.Create(new SecurityOptions { ApiKey = ManagerProgram.ApiKey }), TimeProvider.System), _lifetime, Options.Create(options), _clock,
        NullLogger<NodeWatch>.Instance);

    /// <summary>Lets time pass, and sees that the node is asked each time.</summary>
    private async Task LookAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += LookInterval)
        {
            _clock.Advance(LookInterval);
            await _node.NextLookAsync();
        }
    }

    /// <summary>How the node answers.</summary>
    internal enum NodeAnswer
    {
        IsWell,
        IsUnwell,
        Refuses,
        Hangs,
    }

    /// <summary>A node at the other end of every HTTP client.</summary>
    private sealed class WatchedNode : HttpMessageHandler, IHttpClientFactory
    {
        private readonly Channel<Uri> _looks = Channel.CreateUnbounded<Uri>();

        public NodeAnswer Answer { get; set; }

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        public async Task NextLookAsync() =>
            Assert.Equal("http://node/alive", (await _looks.Reader.ReadAsync(TestContext.Current.CancellationToken).InTime()).AbsoluteUri);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = Answer;
            _looks.Writer.TryWrite(request.RequestUri!);
            if (answer == NodeAnswer.Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return answer == NodeAnswer.Refuses
                ? throw new HttpRequestException("Connection refused")
                : new HttpResponseMessage(answer == NodeAnswer.IsWell ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopped.TrySetResult();
    }
}
