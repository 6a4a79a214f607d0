using System.Collections.Concurrent;
using System.Diagnostics;
using Mindtrace.Environments.Containers;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ContainerTelemetryTests : ContainerTest
{
    private readonly ConcurrentQueue<Activity> _spans = [];

    [Fact]
    public async Task Command_ThatFails_HasASpanWithItsVerdict()
    {
        using var listener = Listen();

        var result = await ShellAsync("exit 3");

        var span = SpanOfThisJob();
        Assert.Equal("run container", span.OperationName);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(("exited", 3), (span.GetTagItem("mindtrace.script.verdict"), span.GetTagItem("process.exit.code")));
        Assert.Equal(result.ImageDigest, span.GetTagItem("container.image.repo_digest"));
    }

    [Fact]
    public async Task Pull_IsASpanBelowThatOfTheCommand()
    {
        Policy.Pull = ImagePull.Missing;
        using var listener = Listen();

        await RunAsync(it => it with { Image = "127.0.0.1:1/team/tool:1" }, Cancel, "true");

        var span = SpanOfThisJob();
        Assert.Equal(("environment_failed", "pull"), (span.GetTagItem("mindtrace.script.verdict"), span.GetTagItem("mindtrace.script.failed_step")));
        var pull = Assert.Single(_spans, it => it.ParentSpanId == span.SpanId);
        Assert.Equal(("pull image", "127.0.0.1:1/team/tool:1"), (pull.OperationName, pull.GetTagItem("container.image.name")));
    }

    private Activity SpanOfThisJob() => Assert.Single(_spans, span => (string?)span.GetTagItem("mindtrace.job.id") == JobId);

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EnvironmentsTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
