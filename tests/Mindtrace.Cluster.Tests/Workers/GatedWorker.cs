using System.Threading.Channels;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>A worker whose jobs run until the test ends them, or they are stopped.</summary>
internal sealed class GatedWorker : Worker<EchoInput, EchoOutput>
{
    private readonly Channel<Run> _runs = Channel.CreateUnbounded<Run>();
    private int _count;

    /// <summary>Gets whether its jobs run on when they are told to stop.</summary>
    public bool IgnoresStops { get; init; }

    public int Runs => Volatile.Read(ref _count);

    /// <summary>Waits until the next job runs.</summary>
    public Task<Run> NextRunAsync() => _runs.Reader.ReadAsync(TestContext.Current.CancellationToken).InTime();

    public override async Task<EchoOutput> RunAsync(EchoInput input, JobContext context, CancellationToken cancellationToken)
    {
        var run = new Run(input, context);
        Interlocked.Increment(ref _count);
        _runs.Writer.TryWrite(run);
        return await run.Result.Task.WaitAsync(IgnoresStops ? CancellationToken.None : cancellationToken);
    }

    /// <summary>One job that runs.</summary>
    internal sealed record Run(EchoInput Input, JobContext Context)
    {
        public TaskCompletionSource<EchoOutput> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete() => Result.SetResult(new EchoOutput(Input.Message));
    }
}
