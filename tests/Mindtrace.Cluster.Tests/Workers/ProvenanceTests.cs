using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>What is known afterwards of what exactly ran.</summary>
public sealed class ProvenanceTests
{
    private readonly GatedWorker _worker = new();

    [Fact]
    public async Task Provenance_OfAFinishedAttempt_NamesItsWorkerAndWhatTheCodeTold()
    {
        var bench = await ExecutorBench.CreateAsync(
            _worker, new WorkerOptions { NodeUrl = new Uri("http://node:8003"), WorkerType = "echoes" });
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        var executing = bench.ExecuteAsync(delivery);
        var run = await _worker.NextRunAsync();
        run.Context.ReportFact("commit", "main");
        run.Context.ReportFact("commit", "abc123");
        run.Context.ReportFact("arch", "x64");
        run.Context.PinPayload(JsonElement.Parse("""{"commit":"abc123"}"""));
        run.Complete();
        await executing.InTime();

        var told = Assert.IsType<JobProvenance>((await bench.RecordAsync(delivery)).Provenance);
        Assert.Equal((1, typeof(GatedWorker).FullName, Environment.MachineName), (told.Attempt, told.WorkerClass, told.Machine));
        Assert.Equal(("echoes", "http://node:8003/"), (told.WorkerType, told.Node));
        Assert.NotEmpty(told.Version);
        Assert.Equal([new("arch", "x64"), new("commit", "abc123")], told.Facts);
        Assert.Equal("""{"commit":"abc123"}""", told.Pins?.GetRawText());
    }

    [Fact]
    public async Task Provenance_OfAnAttemptThatTimedOut_IsKept()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Timeout = TimeSpan.FromSeconds(5) });
        var executing = bench.ExecuteAsync(delivery);
        (await _worker.NextRunAsync()).Context.ReportFact("commit", "abc123");
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Failed, "abc123"), (record.State, record.Provenance?.Facts["commit"]));
    }

    [Fact]
    public async Task Provenance_OfAJobThatIsGivenBack_IsNone()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        using var abort = new CancellationTokenSource();
        var executing = bench.ExecuteUntilAsync(delivery, abort.Token);
        (await _worker.NextRunAsync()).Context.ReportFact("commit", "abc123");
        await abort.CancelAsync();
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Queued, null), (record.State, record.Provenance));
    }
}
