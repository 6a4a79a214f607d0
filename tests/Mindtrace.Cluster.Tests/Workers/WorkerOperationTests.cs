using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>What a worker does when it is asked directly.</summary>
public sealed class WorkerOperationTests(ClusterFixture fixture)
{
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("direct");
    private readonly GatedWorker _code = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    // In the original every run reports, one that a client asks for as well. Here an attempt at a job comes out of its queue, and that
    // reports; a run on request answers whoever asked, and leaves the record of the id that it was given alone.
    [Fact]
    public async Task WorkerRun_ReportsStartAndCompletion()
    {
        await fixture.RouteAsync(_type.Type);
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, _code);
        var job = await Cluster.SubmitJobAsync(_type.CreateJob(new EchoInput { Message = "hello" }), Cancel);

        var direct = PostAsync(worker, "run", $$$"""{"id":"{{{job.JobId}}}","payload":{"message":"at once"}}""");
        (await _code.NextRunAsync()).Complete();
        await AssertAnswerAsync(direct, """{"status":"completed","output":{"echoed":"at once"},"error":null}""");
        Assert.Equal(JobState.Queued, (await Cluster.GetJobStatusAsync(job.JobId, Cancel)).Status);

        await Cluster.RegisterJobToWorkerAsync(_type.Type, worker.Url, Cancel);
        var run = await _code.NextRunAsync();
        var running = await Cluster.GetJobStatusAsync(job.JobId, Cancel);
        Assert.Equal((JobState.Running, worker.Id), (running.Status, running.WorkerId));
        Assert.NotNull(running.Job.StartedAt);
        run.Complete();
        var completed = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, """{"echoed":"hello"}"""), (completed.Status, completed.Output.GetRawText()));
        Assert.NotNull(completed.Job.CompletedAt);
    }

    // There is nobody whom such a run would report to, so there is nothing to warn of.
    [Theory]
    [InlineData("""{"payload":{"message":"hello"}}""")]
    [InlineData("""{"id":"any","schema_name":"any","payload":{"message":"hello"},"status":"queued","created_at":"now"}""")]
    [InlineData("""{"job_dict":{"id":"any","payload":{"message":"hello"}}}""")]
    public async Task WorkerRun_WithoutManager_StillRunsAndWarns(string body)
    {
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System));

        await AssertAnswerAsync(PostAsync(worker, "run", body), """{"status":"completed","output":{"echoed":"hello"},"error":null}""");
    }

    // The original keeps the reason to itself.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WorkerRun_Exception_IsFailedWithEmptyOutput(bool hasManager)
    {
        (string, string)[] settings = hasManager ? [("Manager:BaseAddress", fixture.Manager.Url.AbsoluteUri)] : [];
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, _code, space: null, settings);

        var failing = PostAsync(worker, "run", """{"payload":{"message":"hello"}}""");
        (await _code.NextRunAsync()).Result.SetException(new InvalidOperationException("out of paper"));

        await AssertAnswerAsync(failing, """{"status":"failed","output":{},"error":"InvalidOperationException: out of paper"}""");
    }

    [Fact]
    public async Task EveryOperation_MalformedBody_IsRefusedNamingTheField()
    {
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, _code);
        using var http = new HttpClient { BaseAddress = worker.Url };

        await MalformedBodies.AreRefusedAsync(http, worker.Operations);
    }

    [Theory]
    [InlineData("run", "{}", "payload")]
    [InlineData("run", """{"job_dict":{"id":"any"}}""", "payload")]
    [InlineData("connect_to_cluster", "{}", "queue_name")]
    [InlineData("connect_to_cluster", """{"queue_name":"a b"}""", "queue_name")]
    public async Task RunOrConnect_MissingKeys_IsAnErrorThatNamesThem(string operation, string body, string field)
    {
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, _code);

        using var answer = await PostAsync(worker, operation, body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(ProblemTypes.InvalidRequest, problem.GetProperty("type").GetString());
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    private static async Task AssertAnswerAsync(Task<HttpResponseMessage> call, string expected)
    {
        using var answer = await call.InTime();
        Assert.Equal((HttpStatusCode.OK, expected), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
    }

    private static async Task<HttpResponseMessage> PostAsync(WorkerProgram worker, string operation, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(worker.Url, operation))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey) },
        };
        return await http.SendAsync(request, Cancel);
    }
}
