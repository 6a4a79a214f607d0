using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>How a worker keeps its attempts to their limits, and what it makes of errors.</summary>
public sealed class JobLimitTests
{
    private readonly GatedWorker _worker = new();

    [Fact]
    public async Task HeartbeatTimeout_NoProgressForSoLong_FailsTheAttempt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { HeartbeatTimeout = TimeSpan.FromSeconds(10) });
        var executing = bench.ExecuteAsync(delivery);
        var run = await _worker.NextRunAsync();

        bench.Clock.Advance(TimeSpan.FromSeconds(9));
        run.Context.ReportProgress();
        Assert.Equal(TimeSpan.Zero, Assert.Single(bench.Live.Renewals).Silence);
        bench.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(9), Assert.Single(bench.Live.Renewals).Silence);
        Assert.False(executing.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Failed, "heartbeat_timeout: the attempt reported no progress for 10 s."), (record.State, record.Error));
    }

    [Fact]
    public async Task JobTimeout_OverAllAttempts_FailsTheJobWhateverIsLeft()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var first = await bench.SubmitAsync(ExecutorBench.EchoJob() with { JobTimeout = TimeSpan.FromSeconds(60), MaxAttempts = 5 });
        bench.Clock.Advance(TimeSpan.FromSeconds(20));
        await FailAsync(bench, first, new JobFailedException("first") { RetryAfter = TimeSpan.FromSeconds(30) });
        bench.Clock.Advance(TimeSpan.FromSeconds(30));

        var second = bench.Redeliver(first);
        var executing = bench.ExecuteAsync(second);
        await _worker.NextRunAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(executing.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await executing.InTime();

        var record = await bench.RecordAsync(second);
        Assert.Equal(
            (JobState.Failed, true, "job_timeout: the job as a whole took longer than 60 s."), (record.State, record.IsDeadLetter, record.Error));
    }

    [Theory]
    [InlineData("FileNotFoundException", JobState.Failed)]
    [InlineData("System.IO.FileNotFoundException", JobState.Failed)]
    [InlineData("IOException", JobState.Failed)]
    [InlineData("TimeoutException", JobState.Queued)]
    public async Task FinalErrors_NameTheErrorOrWhatItDerivesFrom_MakeItTheLast(string name, JobState expected)
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 5, FinalErrors = ["NoSuchError", name] });
        await FailAsync(bench, delivery, new FileNotFoundException("gone"));
        var record = await bench.RecordAsync(delivery);
        Assert.Equal((expected, "FileNotFoundException: gone"), (record.State, record.Error));
    }

    [Fact]
    public async Task Backoff_OfTheJob_BoundsTheWait()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var backoff = new JobBackoff { FirstDelay = TimeSpan.FromHours(10), Factor = 3, MaxDelay = TimeSpan.FromHours(20) };
        var none = new JobBackoff { FirstDelay = TimeSpan.Zero };
        var slow = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 5, Backoff = backoff });
        var fast = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 5, Backoff = none });
        await FailAsync(bench, slow, new InvalidOperationException("no"));
        await FailAsync(bench, fast, new InvalidOperationException("no"));

        Assert.InRange((await bench.RecordAsync(slow)).DueAt, bench.Clock.GetUtcNow(), bench.Clock.GetUtcNow().AddHours(10));
        Assert.Equal(bench.Clock.GetUtcNow(), (await bench.RecordAsync(fast)).DueAt);
        Assert.Equal(TimeSpan.FromHours(5), backoff.DelayAfter(1, new Half()));
        Assert.Equal(TimeSpan.FromHours(10), backoff.DelayAfter(2, new Half()));
        Assert.Equal(TimeSpan.FromHours(10), backoff.DelayAfter(1000, new Half()));
        Assert.Equal(TimeSpan.FromSeconds(2), JobBackoff.Default.DelayAfter(3, new Half()));
    }

    [Theory]
    [InlineData(1024, JobState.Completed, null)]
    [InlineData(1025, JobState.Failed, "The output has 1025 bytes, more than the 1024 of Worker:MaxOutputBytes.")]
    public async Task MaxOutputBytes_OfALargerOutput_FailsTheJobForGood(int bytes, JobState expected, string? reason)
    {
        var bench = await ExecutorBench.CreateAsync(new EchoWorker(TimeProvider.System), new WorkerOptions { MaxOutputBytes = 1024 });
        var around = """{"echoed":""}""".Length;
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob(new string('x', bytes - around)) with { MaxAttempts = 5 });

        await bench.ExecuteAsync(delivery).InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((expected, reason), (record.State, record.Error));
        Assert.Equal(reason is null ? bytes : 2, record.Output!.Value.GetRawText().Length);
    }

    private async Task FailAsync(ExecutorBench bench, JobDelivery delivery, Exception fault)
    {
        var executing = bench.ExecuteAsync(delivery);
        (await _worker.NextRunAsync()).Result.SetException(fault);
        await executing.InTime();
    }

    /// <summary>A source of jitter that gives half of whatever is possible.</summary>
    private sealed class Half : Random
    {
        public override double NextDouble() => 0.5;
    }
}
