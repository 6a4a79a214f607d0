using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>What a job prints, on its way to the log.</summary>
public sealed class JobLogWriterTests
{
    private static readonly JobOutputLog Output = new(NullLogger.Instance);

    [Fact]
    public async Task Printed_Lines_AreInTheLogOnceTheJobIsFinal()
    {
        var bench = await ExecutorBench.CreateAsync(PrintingWorker.Of(
            (JobLogStream.Environment, "cloned"), (JobLogStream.Stdout, "one\r\ntwo"), (JobLogStream.Stderr, ""), (JobLogStream.Stdout, new string('x', 16 * 1024) + "y")));
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        await bench.ExecuteAsync(delivery).InTime();

        Assert.Equal(JobState.Completed, (await bench.RecordAsync(delivery)).State);
        Assert.Equal(
            [(JobLogStream.Environment, "cloned"), (JobLogStream.Stdout, "one"), (JobLogStream.Stdout, "two"), (JobLogStream.Stderr, ""),
                (JobLogStream.Stdout, new string('x', 16 * 1024)), (JobLogStream.Stdout, "y")],
            (await LogAsync(bench, delivery)).Select(line => (line.Stream, line.Line)));
        Assert.Equal([delivery.Message.JobId], await bench.Store.TakeLogsToMoveAsync(10, TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task Printed_WhileTheJobRuns_IsStoredAfterAShortWhile()
    {
        var worker = new GatedWorker();
        var bench = await ExecutorBench.CreateAsync(worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        var executing = bench.ExecuteAsync(delivery);
        var run = await worker.NextRunAsync();
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = await bench.Store.ListenForLinesAsync(delivery.Message.JobId, () => stored.TrySetResult(), CancellationToken.None);

        await run.Context.WriteLineAsync("hello", cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(await bench.Clock.PassNextWaitAsync(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        await stored.Task.InTime();
        Assert.Equal("hello", Assert.Single(await LogAsync(bench, delivery)).Line);

        run.Complete();
        await executing.InTime();
    }

    [Fact]
    public async Task Printed_MoreThanIsKept_IsCutAndTheLogSaysSo()
    {
        var bench = await ExecutorBench.CreateAsync(
            PrintingWorker.Of([.. Enumerable.Range(0, 5).Select(i => (JobLogStream.Stdout, $"line {i}"))]), new WorkerOptions { MaxLogBytes = 14 });
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        await bench.ExecuteAsync(delivery).InTime();

        Assert.Equal(
            ["line 0", "line 1", "The log of this attempt is full: what follows is cut (Worker:MaxLogBytes is 14).", "3 lines of 21 bytes were cut."],
            (await LogAsync(bench, delivery)).Select(line => line.Line));
    }

    [Fact]
    public async Task Code_Throws_TheLogShowsWhere()
    {
        var bench = await ExecutorBench.CreateAsync(new PrintingWorker(Fail));
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        await bench.ExecuteAsync(delivery).InTime();

        var lines = await LogAsync(bench, delivery);
        Assert.All(lines, line => Assert.Equal(JobLogStream.Stderr, line.Stream));
        Assert.Equal("System.InvalidOperationException: broken", lines[0].Line);
        Assert.Contains(lines, line => line.Line.Contains($"{nameof(JobLogWriterTests)}.{nameof(Fail)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Printed_FasterThanTheStoreTakes_WaitsAndLosesNothing()
    {
        const int Lines = 5000;
        var store = new FaultyLogStore { FaultsLeft = 2 };
        var clock = new ObservedClock();
        var writer = new JobLogWriter(
            new AttemptKey(JobId.New(), ExecutorBench.Type, AttemptToken.New()), 1, store, RepeatAsync, 1 << 30, clock, Output, NullLogger.Instance);
        var printed = 0;
        var printing = PrintAsync();
        await store.Asked.InTime();
        Assert.InRange(printed, 0, 300);
        Assert.False(printing.IsCompleted);
        store.Open();
        await printing.InTime();
        await writer.DisposeAsync();

        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"{i} "), store.Lines.Select(line => line.Line.TrimEnd('.')));

        async Task PrintAsync()
        {
            for (; printed < Lines; printed++)
            {
                await writer.WriteLineAsync(JobLogStream.Stdout, $"{printed} {new string('.', 1000)}", TestContext.Current.CancellationToken);
            }
        }

        static async Task<bool> RepeatAsync(Func<Task<bool>> append)
        {
            while (true)
            {
                try
                {
                    return await append();
                }
                catch (JobBackendUnavailableException)
                {
                    // Once more.
                }
            }
        }
    }

    [Fact]
    public async Task Printed_StoreAwayToTheLast_IsGivenUpWithoutHoldingTheJob()
    {
        var store = new FaultyLogStore();
        store.Open();
        var writer = new JobLogWriter(
            new AttemptKey(JobId.New(), ExecutorBench.Type, AttemptToken.New()), 1, store, _ => throw new OperationCanceledException(), 1 << 30,
            TimeProvider.System, Output, NullLogger.Instance);
        for (var line = 0; line < 1000; line++)
        {
            await writer.WriteLineAsync(JobLogStream.Stdout, new string('.', 1000), TestContext.Current.CancellationToken).InTime();
        }

        await writer.DisposeAsync().InTime();
        Assert.Empty(store.Lines);
    }

    [Fact]
    public async Task Printed_Lines_AreLogsInTheTraceOfTheJob()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobsTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(logs));
        var bench = await ExecutorBench.CreateAsync(PrintingWorker.Of((JobLogStream.Stderr, "oh")), loggers: loggers);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob() with { Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
        await bench.ExecuteAsync(delivery).InTime();

        var (category, message, state, trace) = Assert.Single(logs.Entries);
        Assert.Equal(("Mindtrace.Jobs.Output", "oh", "0af7651916cd43dd8448eb211c80319c"), (category, message, trace));
        Assert.Equal(("oh", "stderr", delivery.Message.JobId, 1), (state["Line"], state["Stream"], state["JobId"], state["Attempt"]));
    }

    private static async Task<IReadOnlyList<JobLogLine>> LogAsync(ExecutorBench bench, RecordingDelivery delivery)
    {
        var log = (await bench.Store.ReadAsync(delivery.Message.JobId, 1, CancellationToken.None))!;
        return [.. log.Latest.SelectMany(part => JobLogText.Read(part.Text, part.Lines.First))];
    }

    private sealed class LogCollector : ILoggerProvider
    {
        public ConcurrentQueue<(string Category, string Message, Dictionary<string, object?> State, string? Trace)> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Collector(categoryName, this);

        public void Dispose()
        {
        }

        private sealed class Collector(string category, LogCollector all) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Entries.Enqueue((
                    category, formatter(state, exception), ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(it => it.Key, it => it.Value),
                    Activity.Current?.TraceId.ToString()));
        }
    }

    private static Task Fail(JobContext context) => throw new InvalidOperationException("broken");
}
