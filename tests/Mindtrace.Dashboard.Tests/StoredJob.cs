using System.Buffers;
using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Dashboard.Tests;

/// <summary>A job that a test runs by hand.</summary>
internal sealed class StoredJob(RedisJobStore store, Job job)
{
    private static readonly WorkerId Worker = WorkerId.Parse("01a21b7f-230d-70e8-83a1-bf590a9f41bc");

    private readonly AttemptKey _attempt = new(job.Id, job.SchemaName, AttemptToken.Parse($"token-{job.Id}"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public JobId Id => job.Id;

    public static async Task<StoredJob> SubmitAsync(DashboardFixture fixture, JobType type, string payload = """{"message":"hello"}""")
    {
        var job = new Job { SchemaName = type, Payload = JsonElement.Parse(payload) };
        await fixture.Client.SubmitJobAsync(job, Cancel);
        return new StoredJob(fixture.Store, job);
    }

    public static async Task<StoredJob> FailedAsync(DashboardFixture fixture, JobType type, string reason)
    {
        var failed = await SubmitAsync(fixture, type);
        await failed.ClaimAsync();
        await failed.FailAsync(reason);
        return failed;
    }

    public async Task ClaimAsync() =>
        Assert.Equal(ClaimAnswer.Claimed, (await store.ClaimAsync(_attempt, Worker, TimeSpan.FromMinutes(5), Cancel)).Answer);

    /// <summary>Prints a line.</summary>
    /// <param name="number">Which line it is, from 1.</param>
    /// <param name="line">The line.</param>
    public async Task PrintAsync(int number, string line)
    {
        var text = new ArrayBufferWriter<byte>();
        JobLogText.Write(text, attempt: 1, JobLogStream.Stdout, TimeProvider.System.GetUtcNow(), line);
        Assert.True(await store.AppendAsync(_attempt, new JobLogAppend(number, text.WrittenMemory, Lines: 1, IsLast: false), Cancel));
    }

    public Task CompleteAsync(string output = """{"answer":42}""") => EndAsync(new JobOutcome.Completed(JsonElement.Parse(output)));

    public Task FailAsync(string reason) => EndAsync(new JobOutcome.Failed(reason, JobsJson.EmptyObject));

    private async Task EndAsync(JobOutcome outcome) => Assert.True(await store.FinishAsync(_attempt, outcome, Cancel));
}
