using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>An app whose calls last until the test answers them, or the caller breaks off.</summary>
internal sealed class GatedApp : IAsyncDisposable
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    private GatedApp()
    {
    }

    public TestApp App { get; private set; } = null!;

    public static async Task<GatedApp> StartAsync(ClusterClient cluster)
    {
        var gated = new GatedApp();
        gated.App = await TestApp.StartAsync(cluster, gated.AnswerAsync);
        return gated;
    }

    /// <summary>Waits until the next call is in the app.</summary>
    public Task<Call> NextCallAsync() => _calls.Reader.ReadAsync(TestContext.Current.CancellationToken).InTime();

    public ValueTask DisposeAsync() => App.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var call = new Call();
        _calls.Writer.TryWrite(call);
        try
        {
            await context.Response.WriteAsync(await call.Answer.Task.WaitAsync(context.RequestAborted));
        }
        catch (OperationCanceledException)
        {
            call.BrokenOff.SetResult();
        }
    }

    /// <summary>One call that is in the app.</summary>
    internal sealed class Call
    {
        public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource BrokenOff { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
