using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>One delivery from claim to acknowledgement: what is recorded, what becomes of the message.</summary>
public sealed class JobExecutorTests
{
    private readonly GatedWorker _worker = new();

    [Fact]
    public async Task Executor_WorkerReturns_CompletesAndThenAcknowledges()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob("hello"));

        var executing = bench.ExecuteAsync(delivery);
        var run = await _worker.NextRunAsync();
        Assert.Equal(JobState.Running, (await bench.RecordAsync(delivery)).State);
        Assert.Equal(bench.Me, (await bench.RecordAsync(delivery)).Worker);
        Assert.Equal(delivery.Message.JobId, Assert.Single(bench.Live.Keys).JobId);
        Assert.Equal(Settlement.None, delivery.Settlement);
        run.Complete();
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal(JobState.Completed, record.State);
        Assert.Equal("""{"echoed":"hello"}""", record.Output?.GetRawText());
        Assert.Equal((Settlement.Acknowledged, JobState.Completed), (delivery.Settlement, delivery.StateWhenSettled));
        Assert.Empty(bench.Live.Keys);
    }

    [Fact]
    public async Task Executor_WorkerThrows_IsTriedAgainWhileAttemptsAreLeftThenADeadLetter()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var first = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 2 });

        await FailAsync(bench, first, new JobFailedException("a reason") { RetryAfter = TimeSpan.FromSeconds(7) });
        var queued = await bench.RecordAsync(first);
        Assert.Equal(JobState.Queued, queued.State);
        Assert.Equal(bench.Clock.GetUtcNow() + TimeSpan.FromSeconds(7), queued.DueAt);
        Assert.Equal(Settlement.Acknowledged, first.Settlement);

        bench.Clock.Advance(TimeSpan.FromSeconds(7));
        var second = bench.Redeliver(first);
        await FailAsync(bench, second, new InvalidOperationException("another reason"));

        var failed = await bench.RecordAsync(second);
        Assert.Equal(JobState.Failed, failed.State);
        Assert.True(failed.IsDeadLetter);
        Assert.Equal("InvalidOperationException: another reason", failed.Error);
        Assert.Equal(["a reason", "InvalidOperationException: another reason"], failed.Attempts.Select(attempt => attempt.Reason));
        Assert.Equal((Settlement.Acknowledged, JobState.Failed), (second.Settlement, second.StateWhenSettled));
    }

    [Fact]
    public async Task Executor_JobMustNotOverlap_StopsWhenItsLeaseLapsesAndGivesTheJobBack()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Overlap = JobOverlap.Never });
        var executing = bench.ExecuteAsync(delivery);
        await _worker.NextRunAsync();
        var lease = new WorkerOptions().LeaseDuration;

        bench.Clock.Advance(lease / 2);
        bench.Live.Renewed(Assert.Single(bench.Live.Keys).Token, lease, bench.Clock.GetTimestamp());
        bench.Clock.Advance(lease - TimeSpan.FromMilliseconds(1));
        Assert.False(executing.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await executing.InTime();

        Assert.Equal(JobState.Queued, (await bench.RecordAsync(delivery)).State);
    }

    [Fact]
    public async Task Executor_WorkerFailsForGood_FailsTheJobAtOnceAndKeepsItsOutput()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 5 });

        await FailAsync(bench, delivery, new JobFailedException("no use") { IsFinal = true, Output = new { ExitCode = 3 } });

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Failed, "no use", 1, true), (record.State, record.Error, record.Attempt, record.IsDeadLetter));
        Assert.Equal("""{"exit_code":3}""", record.Output?.GetRawText());
    }

    [Fact]
    public async Task Executor_OutputOfAFailureCannotBeWritten_FailsTheAttempt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());

        await FailAsync(bench, delivery, new JobFailedException("the reason") { Output = double.NaN });

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Failed, "the reason"), (record.State, record.Error));
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Theory]
    [InlineData("""{"message":5}""")]
    [InlineData("""{}""")]
    [InlineData("null")]
    public async Task Executor_PayloadIsNotTheInput_IsAnErrorWithItsReason(string payload)
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Payload = JsonElement.Parse(payload), MaxAttempts = 5 });

        await bench.ExecuteAsync(delivery).InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Error, true), (record.State, record.IsDeadLetter));
        Assert.Contains("EchoInput", record.Error, StringComparison.Ordinal);
        Assert.Equal(0, _worker.Runs);
        Assert.Equal((Settlement.Acknowledged, JobState.Error), (delivery.Settlement, delivery.StateWhenSettled));
    }

    [Fact]
    public async Task Executor_InputRefusesThePayload_IsAnErrorWithItsReason()
    {
        var bench = await ExecutorBench.CreateAsync(new PickyWorker());
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Payload = JsonElement.Parse("""{"percent":101}""") });

        await bench.ExecuteAsync(delivery).InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal(JobState.Error, record.State);
        Assert.Contains("101 is no percentage", record.Error, StringComparison.Ordinal);
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Fact]
    public async Task Executor_AnotherAttemptHoldsTheJob_AcknowledgesWithoutRunningIt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        var other = await ClaimByOtherAsync(bench, delivery);

        await bench.ExecuteAsync(delivery).InTime();

        Assert.Equal((Settlement.Acknowledged, JobState.Running), (delivery.Settlement, delivery.StateWhenSettled));
        Assert.Equal((other.Token, 0), ((await bench.RecordAsync(delivery)).Token, _worker.Runs));
    }

    [Fact]
    public async Task Executor_JobIsFinal_AcknowledgesWithoutRunningIt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        await bench.Store.CancelAsync(delivery.Message.JobId, CancellationToken.None);

        await bench.ExecuteAsync(delivery).InTime();

        Assert.Equal((Settlement.Acknowledged, JobState.Cancelled, 0), (delivery.Settlement, delivery.StateWhenSettled, _worker.Runs));
    }

    [Fact]
    public async Task Executor_JobWaitsForItsTime_AcknowledgesWithoutRunningIt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 2 });
        await FailAsync(bench, delivery, new JobFailedException("later") { RetryAfter = TimeSpan.FromMinutes(1) });

        var early = bench.Redeliver(delivery);
        await bench.ExecuteAsync(early).InTime();

        Assert.Equal((Settlement.Acknowledged, JobState.Queued, 1), (early.Settlement, early.StateWhenSettled, _worker.Runs));
    }

    [Fact]
    public async Task Executor_StoreDoesNotKnowTheJob_AdoptsAndRunsIt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var job = ExecutorBench.EchoJob("from afar");
        var delivery = new RecordingDelivery(Message(job.Id, JsonSerializer.SerializeToUtf8Bytes(job, JobsJson.Default.Job)), bench.Store);

        var executing = bench.ExecuteAsync(delivery);
        (await _worker.NextRunAsync()).Complete();
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Completed, JobRoute.Queue), (record.State, record.Route));
        Assert.Equal("""{"echoed":"from afar"}""", record.Output?.GetRawText());
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("null")]
    [InlineData("""{"payload":{}}""")]
    public async Task Executor_MessageIsNoJob_AcknowledgesAndDropsIt(string body)
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = new RecordingDelivery(Message(JobId.New(), Encoding.UTF8.GetBytes(body)), bench.Store);

        await bench.ExecuteAsync(delivery).InTime();

        Assert.Equal((Settlement.Acknowledged, (JobState?)null), (delivery.Settlement, delivery.StateWhenSettled));
        Assert.Empty(bench.Attempts.Claims);
    }

    [Fact]
    public async Task Executor_MessageRefersToTheStore_RunsTheJobThatIsThere()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var accepted = await bench.SubmitAsync(ExecutorBench.EchoJob("large"));
        var delivery = new RecordingDelivery(accepted.Message.WithoutBody(), bench.Store);

        var executing = bench.ExecuteAsync(delivery);
        (await _worker.NextRunAsync()).Complete();
        await executing.InTime();

        Assert.Equal("""{"echoed":"large"}""", (await bench.RecordAsync(delivery)).Output?.GetRawText());
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Fact]
    public async Task Executor_MessageRefersToAJobThatIsGone_AcknowledgesAndDropsIt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = new RecordingDelivery(Message(JobId.New(), []), bench.Store);

        await bench.ExecuteAsync(delivery).InTime();

        Assert.Equal((Settlement.Acknowledged, (JobState?)null), (delivery.Settlement, delivery.StateWhenSettled));
        Assert.Empty(bench.Attempts.Claims);
    }

    [Fact]
    public async Task Executor_MessageWasDeliveredTooOften_IsAnErrorAndNotRun()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob(), deliveryCount: 21);

        await bench.ExecuteAsync(delivery).InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Error, true, 0), (record.State, record.IsDeadLetter, _worker.Runs));
        Assert.Contains("delivered 21 times", record.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Executor_TimeoutElapses_StopsAndFailsTheAttempt()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Timeout = TimeSpan.FromSeconds(5) });

        var executing = bench.ExecuteAsync(delivery);
        await _worker.NextRunAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Failed, "timeout: the attempt ran longer than 5 s."), (record.State, record.Error));
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Fact]
    public async Task Executor_TimeoutIsLongerThanAnyTimer_StopsTheAttemptAfterItAllTheSame()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Timeout = TimeSpan.FromDays(366) });

        var executing = bench.ExecuteAsync(delivery);
        await _worker.NextRunAsync();
        bench.Clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal(JobState.Running, (await bench.RecordAsync(delivery)).State);
        bench.Clock.Advance(TimeSpan.FromDays(1));
        await executing.InTime();

        Assert.Equal(JobState.Failed, (await bench.RecordAsync(delivery)).State);
    }

    [Fact]
    public async Task Executor_JobIsCancelledWhileItRuns_StopsItAndRecordsTheCancel()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { MaxAttempts = 5 });

        var executing = bench.ExecuteAsync(delivery);
        await _worker.NextRunAsync();
        await bench.Store.CancelAsync(delivery.Message.JobId, CancellationToken.None);
        bench.Live.Stop(Assert.Single(bench.Live.Keys).Token, StopCause.CancelRequested);
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Cancelled, "cancelled on request", false), (record.State, record.Error, record.IsDeadLetter));
        Assert.Equal((Settlement.Acknowledged, JobState.Cancelled), (delivery.Settlement, delivery.StateWhenSettled));
    }

    [Fact]
    public async Task Executor_JobWasGivenToAnotherMeanwhile_IsRefusedAndAcknowledges()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());

        var executing = bench.ExecuteAsync(delivery);
        var run = await _worker.NextRunAsync();
        bench.Clock.Advance(new WorkerOptions().LeaseDuration + TimeSpan.FromSeconds(1));
        var lapsed = Assert.Single(await bench.Store.ListLapsedAsync(10, CancellationToken.None));
        Assert.True(await bench.Store.ReapAsync(lapsed, "silent", maxDeaths: 3, CancellationToken.None));
        var other = await ClaimByOtherAsync(bench, delivery);
        run.Complete();
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Running, other.Token, (JsonElement?)null), (record.State, record.Token, record.Output));
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Fact]
    public async Task Executor_DrainIsOver_ReleasesTheJobAtNoCost()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        using var abort = new CancellationTokenSource();

        var executing = bench.ExecuteUntilAsync(delivery, abort.Token);
        await _worker.NextRunAsync();
        await abort.CancelAsync();
        await executing.InTime();

        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Queued, 0, 0, 0), (record.State, record.Attempt, record.Failures, record.Deaths));
        Assert.Equal(bench.Clock.GetUtcNow(), record.DispatchAt);
        Assert.Equal((Settlement.Acknowledged, JobState.Queued), (delivery.Settlement, delivery.StateWhenSettled));
    }

    [Theory]
    [InlineData(Loss.Request)]
    [InlineData(Loss.Reply)]
    internal async Task Executor_StoreIsAway_RepeatsClaimAndFinishWithTheSameTokenAndRecordsOneOutcome(Loss loss)
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        bench.Attempts.Loss = loss;
        bench.Attempts.FaultsLeft = 3;

        var executing = bench.ExecuteAsync(delivery);
        await PassBackoffAsync(bench.Clock);
        var run = await _worker.NextRunAsync();
        bench.Attempts.FaultsLeft = 3;
        run.Complete();
        await PassBackoffAsync(bench.Clock);
        await executing.InTime();

        Assert.Equal((4, 4), (bench.Attempts.Claims.Count, bench.Attempts.Ends.Count));
        Assert.Single(bench.Attempts.Claims.Concat(bench.Attempts.Ends).Distinct());
        var record = await bench.RecordAsync(delivery);
        Assert.Equal((JobState.Completed, 1, 0), (record.State, record.Attempt, record.Failures));
        Assert.Equal((1, Settlement.Acknowledged), (_worker.Runs, delivery.Settlement));
    }

    [Fact]
    public async Task Executor_StoreIsAwayWhenTheDrainIsOver_ReturnsTheMessage()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        bench.Attempts.FaultsLeft = int.MaxValue;
        using var abort = new CancellationTokenSource();

        var executing = bench.ExecuteUntilAsync(delivery, abort.Token);
        await bench.Clock.NextWaitAsync();
        await abort.CancelAsync();
        await executing.InTime();

        Assert.Equal(Settlement.Returned, delivery.Settlement);
    }

    [Fact]
    public async Task Executor_MessageCarriesATrace_MakesItsSpanInIt()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Traceparent = $"00-{Trace}-00f067aa0ba902b7-01" });
        var ended = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobsTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("mindtrace.job.id"), delivery.Message.JobId.Value))
                {
                    ended.TrySetResult(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var executing = bench.ExecuteAsync(delivery);
        (await _worker.NextRunAsync()).Complete();
        await executing.InTime();

        var span = await ended.Task.InTime();
        Assert.Equal(("process echo_job", ActivityKind.Consumer), (span.DisplayName, span.Kind));
        Assert.Equal((Trace, "00f067aa0ba902b7"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(
            ("process", "echo_job", "echo_job", 1, "completed"),
            (span.GetTagItem("messaging.operation.type"), span.GetTagItem("messaging.destination.name"), span.GetTagItem("mindtrace.job.type"),
                span.GetTagItem("mindtrace.job.attempt"), span.GetTagItem("mindtrace.job.outcome")));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    private static JobMessage Message(JobId id, byte[] body) => new(id, ExecutorBench.Type, body);

    private static async Task<AttemptKey> ClaimByOtherAsync(ExecutorBench bench, JobDelivery delivery)
    {
        var other = new AttemptKey(delivery.Message.JobId, ExecutorBench.Type, AttemptToken.New());
        var claim = await bench.Store.ClaimAsync(other, WorkerId.New(), TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(ClaimAnswer.Claimed, claim.Answer);
        return other;
    }

    private static async Task PassBackoffAsync(ObservedClock clock)
    {
        foreach (var milliseconds in new[] { 100, 200, 400 })
        {
            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await clock.PassNextWaitAsync());
        }
    }

    private async Task FailAsync(ExecutorBench bench, JobDelivery delivery, Exception fault)
    {
        var executing = bench.ExecuteAsync(delivery);
        (await _worker.NextRunAsync()).Result.SetException(fault);
        await executing.InTime();
    }

    private sealed class PickyWorker : Worker<PickyWorker.Share, EchoOutput>
    {
        public override Task<EchoOutput> RunAsync(Share input, JobContext context, CancellationToken cancellationToken) =>
            Task.FromResult(new EchoOutput($"{input.Percent}"));

        internal sealed record Share
        {
            public int Percent
            {
                get;
                init => field = value is >= 0 and <= 100 ? value : throw new ArgumentException($"{value} is no percentage.");
            }
        }
    }
}
