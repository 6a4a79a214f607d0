using System.Text.Json;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What is agreed for job types, and what concerns many jobs at once.</summary>
public sealed class JobTypeTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task RegisteredType_NeedsNoWorker_ItsJobsWait()
    {
        var type = ClusterFixture.NewType("registered");
        await Cluster.RegisterJobTypeAsync(type.Define() with { MaxAttempts = 3, Timeout = TimeSpan.FromMinutes(5) }, Cancel);

        var status = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
        var own = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }) with { MaxAttempts = 1 }, Cancel);

        Assert.Equal((JobState.Queued, 3, TimeSpan.FromMinutes(5)), (status.Status, status.Job.MaxAttempts, status.Job.Timeout));
        Assert.Equal((1, TimeSpan.FromMinutes(5)), (own.Job.MaxAttempts, own.Job.Timeout));
        var known = Assert.Single(await Cluster.ListJobTypesAsync(Cancel), known => known.JobType == type.Type);
        Assert.Equal((true, (string?)null, 3), (known.HasRoute, known.Endpoint, known.Definition?.MaxAttempts));
    }

    [Theory]
    [InlineData("""{"delay":1}""", "payload")]
    [InlineData("""{"message":3}""", "payload.message")]
    [InlineData("""[]""", "payload")]
    public async Task Payload_BreaksTheSchema_IsRefusedNamingTheField(string payload, string field)
    {
        var type = ClusterFixture.NewType("schema");
        await Cluster.RegisterJobTypeAsync(type.Define(), Cancel);
        var job = new Job { SchemaName = type.Type, Payload = JsonElement.Parse(payload) };

        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.SubmitJobAsync(job, Cancel));

        Assert.Equal(422, refused.Status);
        Assert.Contains(field, refused.Errors.Keys);
        Assert.Equal(404, (await Assert.ThrowsAsync<OperationException>(() => Cluster.GetJobStatusAsync(job.Id, Cancel))).Status);
    }

    [Fact]
    public async Task Redefinition_CountsFromTheNextJobOn()
    {
        var type = ClusterFixture.NewType("redefined");
        var job = new Job { SchemaName = type.Type, Payload = JsonElement.Parse("""{"anything":1}""") };
        await Cluster.RegisterJobTypeAsync(type.Define(), Cancel);
        await Assert.ThrowsAsync<OperationException>(() => Cluster.SubmitJobAsync(job, Cancel));

        await Cluster.RegisterJobTypeAsync(new JobTypeDefinition(type.Type), Cancel);

        Assert.Equal(JobState.Queued, (await Cluster.SubmitJobAsync(job, Cancel)).Status);
    }

    [Theory]
    [InlineData("""{"type":"nonsense"}""")]
    [InlineData("""{"$ref":"https://127.0.0.1:9/elsewhere.json"}""")]
    [InlineData("""{"properties":3}""")]
    [InlineData("3")]
    public async Task Schema_ThatIsNone_IsRefused(string schema)
    {
        var type = ClusterFixture.NewType("no-schema");
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterJobTypeAsync(
            new JobTypeDefinition(type.Type) { InputSchema = JsonElement.Parse(schema) }, Cancel));
        Assert.Equal((422, "input_schema"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    [Fact]
    public async Task Queue_OfAStackType_IsLastInFirstOut()
    {
        var type = ClusterFixture.NewType("stack");
        await Cluster.RegisterJobTypeAsync(type.Define() with { Queue = QueueOrder.Stack }, Cancel);
        var jobs = await Cluster.SubmitJobsAsync([.. "abc".Select(letter => type.CreateJob(new EchoInput { Message = $"{letter}" }))], Cancel);
        await WaitingAsync(type.Type, 3);
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var order = "";
        foreach (var _ in jobs)
        {
            var run = await code.NextRunAsync();
            order += run.Input.Message;
            run.Complete();
        }

        Assert.Equal("cba", order);
    }

    [Fact]
    public async Task SubmitJobs_AnswersInOrder_AndOneThatIsNotValidRefusesAll()
    {
        var type = ClusterFixture.NewType("bulk");
        await Cluster.RegisterJobTypeAsync(type.Define(), Cancel);
        Job[] jobs = [.. Enumerable.Range(0, 3).Select(i => type.CreateJob(new EchoInput { Message = $"{i}" }))];

        var refused = await Assert.ThrowsAsync<OperationException>(() =>
            Cluster.SubmitJobsAsync([jobs[0], jobs[1] with { Payload = JsonElement.Parse("""{"message":1}""") }], Cancel));
        Assert.Equal((422, "jobs[1].payload.message"), (refused.Status, Assert.Single(refused.Errors).Key));
        Assert.Equal(404, (await Assert.ThrowsAsync<OperationException>(() => Cluster.GetJobStatusAsync(jobs[0].Id, Cancel))).Status);

        var statuses = await Cluster.SubmitJobsAsync(jobs, Cancel);
        Assert.Equal(jobs.Select(job => (job.Id, JobState.Queued)), statuses.Select(status => (status.JobId, status.Status)));
        Assert.Equal("jobs", Assert.Single((await Assert.ThrowsAsync<OperationException>(() => Cluster.SubmitJobsAsync([], Cancel))).Errors).Key);
    }

    [Fact]
    public async Task ListJobs_ByTypeAndStatus_PageByPage()
    {
        var type = ClusterFixture.NewType("listed");
        await Cluster.RegisterJobTypeAsync(type.Define(), Cancel);
        var jobs = await Cluster.SubmitJobsAsync([.. Enumerable.Range(0, 5).Select(i => type.CreateJob(new EchoInput { Message = $"{i}" }))], Cancel);
        await Cluster.CancelJobAsync(jobs[2].JobId, Cancel);

        var request = new ListJobsRequest { JobTypes = [type.Type], Limit = 2 };
        var listed = new List<JobId>();
        do
        {
            var page = await Cluster.ListJobsAsync(request, Cancel);
            listed.AddRange(page.Jobs.Select(status => status.JobId));
            request = request with { Cursor = page.NextCursor };
        }
        while (request.Cursor is not null);

        Assert.Equal(jobs.Select(status => status.JobId).Reverse(), listed);
        var cancelled = await Cluster.ListJobsAsync(new ListJobsRequest { JobTypes = [type.Type], Statuses = [JobState.Cancelled] }, Cancel);
        Assert.Equal([jobs[2].JobId], cancelled.Jobs.Select(status => status.JobId));
        await RefusedAsync("cursor", new ListJobsRequest { Cursor = "not one" });
        await RefusedAsync("limit", new ListJobsRequest { Limit = 0 });

        async Task RefusedAsync(string field, ListJobsRequest wrong) =>
            Assert.Equal(field, Assert.Single((await Assert.ThrowsAsync<OperationException>(() => Cluster.ListJobsAsync(wrong, Cancel))).Errors).Key);
    }

    [Fact]
    public async Task ClearQueue_CancelsWhatIsQueued_AndNothingOfItRuns()
    {
        var type = ClusterFixture.NewType("cleared");
        await Cluster.RegisterJobTypeAsync(type.Define(), Cancel);
        var jobs = await Cluster.SubmitJobsAsync([.. Enumerable.Range(0, 3).Select(i => type.CreateJob(new EchoInput { Message = $"{i}" }))], Cancel);

        await Cluster.ClearJobSchemaQueueAsync(type.Type, Cancel);

        foreach (var job in jobs)
        {
            var status = await Cluster.GetJobStatusAsync(job.JobId, Cancel);
            Assert.Equal((JobState.Cancelled, "queue cleared"), (status.Status, status.Job.Error));
        }

        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var next = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "next" }), Cancel);
        Assert.Equal(next.JobId, (await code.NextRunAsync()).Context.JobId);
        Assert.Equal(1, code.Runs);
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.ClearJobSchemaQueueAsync(JobType.Parse("no-such-queue"), Cancel));
        Assert.Equal((404, "urn:mindtrace:problem:queue-not-found"), (refused.Status, refused.ProblemType));
    }

    private async Task WaitingAsync(JobType type, int count)
    {
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(fixture.Redis);
        var queue = new RedisJobQueue(
            connection, new RedisKeySpace(), new RedisQueueOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisJobQueue>.Instance);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await queue.CountAsync(type, Cancel).InTime() < count)
        {
            await look.WaitForNextTickAsync(Cancel);
        }
    }
}
