using System.Text.Json;
using System.Threading.Channels;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>A worker whose jobs end when the test says so, in any way there is.</summary>
internal sealed class OutcomeWorker : IWorker
{
    private readonly Channel<TaskCompletionSource<JobOutcome>> _runs = Channel.CreateUnbounded<TaskCompletionSource<JobOutcome>>();

    /// <summary>Waits until the next job runs, and ends it.</summary>
    public async Task EndNextRunAsync(JobOutcome outcome) =>
        (await _runs.Reader.ReadAsync(TestContext.Current.CancellationToken).InTime()).SetResult(outcome);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<JobOutcome> RunAsync(JsonElement payload, JobContext context, CancellationToken cancellationToken)
    {
        var run = new TaskCompletionSource<JobOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _runs.Writer.TryWrite(run);
        return run.Task.WaitAsync(cancellationToken);
    }
}
