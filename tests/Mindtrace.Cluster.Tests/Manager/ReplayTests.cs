using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>A replay in the traces.</summary>
public sealed class ReplayTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Replay_BeginsATraceThatLinksToTheFirst()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var type = ClusterFixture.NewType("replayed");
        await fixture.RouteAsync(type.Type);
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "again" }), TestContext.Current.CancellationToken);

        var replay = await fixture.Cluster.ReplayJobAsync(job.JobId, cancellationToken: TestContext.Current.CancellationToken);

        var first = ActivityContext.Parse(job.Job.Traceparent!, job.Job.Tracestate);
        var second = ActivityContext.Parse(replay.Job.Traceparent!, replay.Job.Tracestate);
        Assert.NotEqual(first.SpanId, second.SpanId);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        Activity? span;
        while ((span = ended.FirstOrDefault(it => it.SpanId == second.SpanId)) is null)
        {
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        var link = Assert.Single(span.Links);
        Assert.Equal((first.TraceId, first.SpanId), (link.Context.TraceId, link.Context.SpanId));
    }
}
