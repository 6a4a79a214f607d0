using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Endpoints;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Jobs whose type is routed to an endpoint behind the gateway.</summary>
public sealed class EndpointJobTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task EndpointRoute_AnswersCompletedAtOnce()
    {
        var received = JsonElement.Parse("{}");
        var (method, path) = ("", "");
        await using var app = await TestApp.StartAsync(Cluster, async context =>
        {
            (method, path) = (context.Request.Method, context.Request.Path.Value!);
            received = await context.Request.ReadFromJsonAsync<JsonElement>(Cancel);
            var message = received.GetProperty("payload").GetProperty("message").GetString();
            await context.Response.WriteAsJsonAsync(new { status = "completed", output = new { echoed = message } }, Cancel);
        });
        var type = await RouteAsync(app, "run");
        var job = type.CreateJob(new EchoInput { Message = "hello" });

        var status = await Cluster.SubmitJobAsync(job, Cancel).InTime();

        Assert.Equal((JobState.Completed, $"{app.Name}/run", "hello"), (status.Status, status.WorkerId, type.ReadOutput(status.Output)!.Echoed));
        Assert.Equal((1, (string?)null), (status.Job.Attempt, status.Job.Error));
        Assert.NotNull(status.Job.CompletedAt);
        Assert.Equal(("POST", "/run"), (method, path));
        Assert.Equal(
            (job.Id.Value, type.Type.Value), (received.GetProperty("id").GetString(), received.GetProperty("schema_name").GetString()));
        var stored = await Cluster.GetJobStatusAsync(job.Id, Cancel);
        Assert.Equal((status.Status, status.WorkerId, status.Output.GetRawText()), (stored.Status, stored.WorkerId, stored.Output.GetRawText()));
    }

    [Theory]
    [InlineData("no JSON", "{}")]
    [InlineData("", "{}")]
    [InlineData("[1]", "{}")]
    [InlineData("""{"output":"\ud800"}""", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("""{"status":null,"output":null}""", "{}")]
    [InlineData("""{"output":[1.50,"é"]}""", """[1.50,"é"]""")]
    [InlineData("""{"status":"completed","output":{"a":12345678901234567890}}""", """{"a":12345678901234567890}""")]
    public async Task EndpointReply_WithoutOneOrTheOther_IsCompleted(string reply, string output)
    {
        var status = await SubmitAsync(context => context.Response.WriteAsync(reply, Cancel));

        Assert.Equal(JobState.Completed, status.Status);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(output), status.Output), status.Output.GetRawText());
    }

    [Theory]
    [InlineData("""{"status":"running","output":{}}""", "The endpoint said running, which is no outcome.")]
    [InlineData("""{"status":"queued"}""", "The endpoint said queued, which is no outcome.")]
    [InlineData("""{"status":"splendid"}""", "The endpoint said splendid, which is no outcome.")]
    [InlineData("""{"status":1}""", "The endpoint said 1, which is no outcome.")]
    public async Task EndpointReply_StatusIsNoOutcome_IsAnErrorAndSaysWhy(string reply, string reason)
    {
        var status = await SubmitAsync(context => context.Response.WriteAsync(reply, Cancel));

        Assert.Equal((JobState.Error, reason), (status.Status, status.Job.Error));
        await AssertDeadLetterAsync(status);
    }

    [Theory]
    [InlineData("""{"status":"failed","output":{"n":1}}""", JobState.Failed, "The endpoint said failed.")]
    [InlineData("""{"status":"failed","output":{"n":1},"error":"No such camera."}""", JobState.Failed, "No such camera.")]
    [InlineData("""{"status":"error","output":{"n":1}}""", JobState.Error, "The endpoint said error.")]
    public async Task EndpointReply_Failed_LandsInDlqWithItsOutput(string reply, JobState state, string reason)
    {
        var status = await SubmitAsync(context => context.Response.WriteAsync(reply, Cancel));

        Assert.Equal((state, reason, """{"n":1}"""), (status.Status, status.Job.Error, status.Output.GetRawText()));
        Assert.Equal("""{"n":1}""", (await AssertDeadLetterAsync(status)).Output.GetRawText());
    }

    [Theory]
    [InlineData(500, "it broke", "The endpoint answered 500: it broke")]
    [InlineData(404, "", "The endpoint answered 404: ")]
    [InlineData(202, """{"status":"completed"}""", """The endpoint answered 202: {"status":"completed"}""")]
    public async Task EndpointReply_Non200_IsAnErrorWithItsText(int code, string text, string reason)
    {
        var status = await SubmitAsync(async context =>
        {
            context.Response.StatusCode = code;
            await context.Response.WriteAsync(text, Cancel);
        });

        Assert.Equal((JobState.Error, reason), (status.Status, status.Job.Error));
        await AssertDeadLetterAsync(status);
    }

    [Fact]
    public async Task EndpointReply_Non200WithLongText_KeepsTheBeginning()
    {
        var status = await SubmitAsync(async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync(new string('x', 5000), Cancel);
        });

        Assert.Equal($"The endpoint answered 500: {new string('x', 1000)}…", status.Job.Error);
    }

    [Fact]
    public async Task Endpoint_ConnectionIsCutInTheMiddleOfTheReply_IsAnError()
    {
        var status = await SubmitAsync(async context =>
        {
            await context.Response.WriteAsync("""{"status":"comp""", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            context.Abort();
        });

        Assert.Equal(JobState.Error, status.Status);
        Assert.Contains("gave no answer", status.Job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_NobodyIsThere_IsAnErrorThatNamesTheAddress()
    {
        var name = TestApp.NewName();
        await Cluster.RegisterAppAsync(name, TestApp.Nobody, Cancel);
        var type = ClusterFixture.NewType("refused");
        await Cluster.RegisterJobToEndpointAsync(type.Type, $"/{name}/run", Cancel);

        var status = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "no" }), Cancel).InTime();

        Assert.Equal((JobState.Error, $"{name}/run"), (status.Status, status.WorkerId));
        Assert.Contains("Connection refused (127.0.0.1:9)", status.Job.Error, StringComparison.Ordinal);
        await AssertDeadLetterAsync(status);
    }

    [Fact]
    public async Task Endpoint_ItsAppIsNotRegistered_IsAnErrorAndRunsOnceItIsAndSomebodyRequeues()
    {
        await using var app = await TestApp.StartAsync(_ => Task.CompletedTask);
        var type = await RouteAsync(app, "run");
        var status = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "no" }), Cancel).InTime();
        Assert.Equal((JobState.Error, $"There is no app '{app.Name}' behind the gateway."), (status.Status, status.Job.Error));

        await Cluster.RegisterAppAsync(app.Name, app.Url, Cancel);
        var requeued = await Cluster.RequeueDeadLetterAsync(status.JobId, Cancel);

        Assert.Equal((JobState.Queued, ""), (requeued.Status, requeued.WorkerId));
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(status.JobId, Cancel).InTime()).Status);
    }

    [Fact]
    public async Task Endpoint_NeverAnswers_FailsAtTheJobsTimeout()
    {
        await using var app = await TestApp.StartAsync(Cluster, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var type = await RouteAsync(app, "run");

        var job = type.CreateJob(new EchoInput { Message = "long" }) with { Timeout = TimeSpan.FromSeconds(0.2) };
        var status = await Cluster.SubmitJobAsync(job, Cancel).InTime();

        Assert.Equal((JobState.Failed, "The job ran longer than its timeout of 0.2 s."), (status.Status, status.Job.Error));
        await AssertDeadLetterAsync(status);
    }

    [Fact]
    public async Task Endpoint_NeverAnswersAndTheJobHasNoTimeout_FailsAtTheManagers()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Endpoints:Timeout", "00:00:00.3"));
        await using var app = await TestApp.StartAsync(Cluster, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var type = await RouteAsync(app, "run");

        var status = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "long" }), Cancel).InTime();

        Assert.Equal((JobState.Failed, "The job ran longer than its timeout of 0.3 s."), (status.Status, status.Job.Error));
        Assert.Null(status.Job.Timeout);
    }

    [Fact]
    public async Task Endpoint_FailsWithAnAttemptLeft_IsCalledAgain()
    {
        var calls = 0;
        await using var app = await TestApp.StartAsync(Cluster, context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 ? 503 : 200;
            return Task.CompletedTask;
        });
        var type = await RouteAsync(app, "run");

        var first = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "again" }) with { MaxAttempts = 2 }, Cancel).InTime();
        var last = await Cluster.WaitForJobAsync(first.JobId, Cancel).InTime();

        Assert.Equal((JobState.Completed, 2, 2), (last.Status, last.Job.Attempt, calls));
    }

    [Fact]
    public async Task Submit_NotBeforeLater_AnswersQueuedAtOnce()
    {
        await using var app = await GatedApp.StartAsync(Cluster);
        var type = await RouteAsync(app.App, "run");

        var job = type.CreateJob(new EchoInput { Message = "later" }) with { NotBefore = TimeProvider.System.GetUtcNow().AddHours(1) };
        var accepted = await Cluster.SubmitJobAsync(job, Cancel).InTime();

        Assert.Equal((JobState.Queued, ""), (accepted.Status, accepted.WorkerId));
        Assert.Equal(JobState.Cancelled, (await Cluster.CancelJobAsync(job.Id, Cancel)).Status.Status);
    }

    [Fact]
    public async Task Submit_ClientGoesAway_JobStillEnds()
    {
        await using var app = await GatedApp.StartAsync(Cluster);
        var type = await RouteAsync(app.App, "run");
        var job = type.CreateJob(new EchoInput { Message = "alone" });
        using var gone = new CancellationTokenSource();
        var submit = Cluster.SubmitJobAsync(job, gone.Token);
        var call = await app.NextCallAsync();

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submit.InTime());
        var again = await Cluster.SubmitJobAsync(job, Cancel).InTime();
        call.Answer.SetResult("{}");

        Assert.Equal((JobState.Running, $"{app.App.Name}/run"), (again.Status, again.WorkerId));
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(job.Id, Cancel).InTime()).Status);
    }

    [Fact]
    public async Task Cancel_RunningEndpointJob_BreaksOffTheCall()
    {
        await using var app = await GatedApp.StartAsync(Cluster);
        var type = await RouteAsync(app.App, "run");
        var job = type.CreateJob(new EchoInput { Message = "stop" });
        var submit = Cluster.SubmitJobAsync(job, Cancel);
        var call = await app.NextCallAsync();

        await Cluster.CancelJobAsync(job.Id, Cancel);

        Assert.Equal(JobState.Cancelled, (await submit.InTime()).Status);
        await call.BrokenOff.Task.InTime();
    }

    [Fact]
    public async Task Endpoint_GetsTheTraceOfTheSubmit()
    {
        var received = "";
        await using var app = await TestApp.StartAsync(Cluster, context =>
        {
            received = context.Request.Headers.TraceParent.ToString();
            return Task.CompletedTask;
        });
        var type = await RouteAsync(app, "run");
        using var span = new Activity("submit").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;

        await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel).InTime();

        Assert.True(ActivityContext.TryParse(received, null, out var context), $"'{received}' is no trace context.");
        Assert.Equal(span.TraceId, context.TraceId);
    }

    [Fact]
    public async Task Concurrency_IsOne_CallsDoNotOverlap()
    {
        const int Jobs = 5;
        var space = new RedisKeySpace($"endpoints-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(fixture.Redis, space, ("Endpoints:Concurrency", "1"));
        var (log, release) = (new ConcurrentQueue<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var app = await TestApp.StartAsync(manager.Cluster, async context =>
        {
            log.Enqueue("in");
            await release.Task.WaitAsync(context.RequestAborted);
            log.Enqueue("out");
        });
        var type = ClusterFixture.NewType("one");
        await manager.Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.Name}/run", Cancel);
        Job[] jobs = [.. Enumerable.Range(0, Jobs).Select(_ => type.CreateJob(new EchoInput { Message = "next" }))];

        var submits = jobs.Select(job => manager.Cluster.SubmitJobAsync(job, Cancel)).ToArray();
        var store = manager.Services.GetRequiredService<IJobStore>();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await Task.WhenAll(jobs.Select(job => store.FindAsync(job.Id, Cancel)))).Any(record => record is null))
        {
            await look.WaitForNextTickAsync(Cancel).InTime();
        }

        release.SetResult();
        Assert.All(await Task.WhenAll(submits).InTime(), status => Assert.Equal(JobState.Completed, status.Status));
        Assert.Equal(Enumerable.Range(0, 2 * Jobs).Select(i => i % 2 == 0 ? "in" : "out"), log);
    }

    [Fact]
    public async Task Endpoint_JobIsGoneFromTheStore_IsNotCalled()
    {
        var calls = 0;
        await using var app = await TestApp.StartAsync(Cluster, _ =>
        {
            calls++;
            return Task.CompletedTask;
        });
        var job = ClusterFixture.NewType("gone").CreateJob(new EchoInput { Message = "gone" });
        var now = TimeProvider.System.GetUtcNow();
        var message = JobMessage.Of(job, JsonSerializer.SerializeToUtf8Bytes(job, JobsJson.Default.Job), now);

        var ticket = new DispatchTicket(message, JobRoute.Endpoint($"{app.Name}/run"), now);

        await fixture.Manager.Services.GetRequiredService<EndpointJobs>().RunAsync(ticket).InTime();

        var store = fixture.Manager.Services.GetRequiredService<IJobStore>();
        Assert.Equal((0, (JobRecord?)null), (calls, await store.FindAsync(job.Id, Cancel)));
    }

    [Fact]
    public async Task RegisterToEndpoint_ReplacesOldRoute_AndBack()
    {
        var type = ClusterFixture.NewType("switch");
        await using var app = await TestApp.StartAsync(Cluster, context => context.Response.WriteAsync("""{"output":{"echoed":"by the endpoint"}}""", Cancel));
        await using var worker = await fixture.StartWorkerAsync(new EchoWorker(TimeProvider.System), type.Type);
        Assert.Equal("by the worker", await RunAsync());

        await Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.Name}/run", Cancel);
        Assert.Equal("by the endpoint", await RunAsync());

        await Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        Assert.Equal("by the worker", await RunAsync());

        async Task<string> RunAsync()
        {
            var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "by the worker" }), Cancel).InTime();
            var ended = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
            return type.ReadOutput(ended.Output)!.Echoed;
        }
    }

    [Fact]
    public async Task RegisterToEndpoint_JobWaitsInTheQueue_KeepsItsRoad()
    {
        var type = ClusterFixture.NewType("road");
        await fixture.RouteAsync(type.Type);
        var queued = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "queued" }), Cancel);

        await Cluster.RegisterJobToEndpointAsync(type.Type, $"{TestApp.NewName()}/run", Cancel);
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System));
        using var http = new HttpClient();
        await new ServiceClient(http, worker.Url, ManagerProgram.ApiKey).CallAsync(
            WorkerOperations.ConnectToCluster, new ConnectToClusterRequest(type.Type), Cancel);

        var ended = await Cluster.WaitForJobAsync(queued.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, worker.Id), (ended.Status, ended.WorkerId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a b/run")]
    [InlineData("@orchestrator")]
    [InlineData("http://127.0.0.1/run")]
    [InlineData("echo/../run")]
    [InlineData("echo/%2e%2e/run")]
    [InlineData("echo/run#part")]
    public async Task RegisterToEndpoint_EndpointIsNoGatewayPath_IsRefused(string endpoint)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(
            () => Cluster.RegisterJobToEndpointAsync(ClusterFixture.NewType("refused").Type, endpoint, Cancel));

        Assert.Equal((422, "endpoint"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    [Theory]
    [InlineData("", "", "/")]
    [InlineData("/base", "/a/b", "/base/a/b")]
    [InlineData("/base/", "/a%20b?x=1&y=%2F", "/base/a%20b?x=1&y=%2F")]
    public async Task Endpoint_PathAndQuery_AreBelowTheUrlOfTheApp(string basePath, string below, string expected)
    {
        var target = "";
        await using var app = await TestApp.StartAsync(context =>
        {
            target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            return Task.CompletedTask;
        });
        await Cluster.RegisterAppAsync(app.Name, new Uri(app.Url.GetLeftPart(UriPartial.Authority) + basePath), Cancel);
        var type = ClusterFixture.NewType("path");
        await Cluster.RegisterJobToEndpointAsync(type.Type, app.Name + below, Cancel);

        var status = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "where" }), Cancel).InTime();

        Assert.Equal((JobState.Completed, expected), (status.Status, target));
    }

    private async Task<JobSchema<EchoInput, EchoOutput>> RouteAsync(TestApp app, string path)
    {
        var type = ClusterFixture.NewType("endpoint");
        await Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.Name}/{path}", Cancel);
        return type;
    }

    /// <summary>Submits a job of a type of its own to an app that answers so.</summary>
    private async Task<JobStatus> SubmitAsync(RequestDelegate answer)
    {
        await using var app = await TestApp.StartAsync(Cluster, answer);
        var type = await RouteAsync(app, "run");
        return await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel).InTime();
    }

    private async Task<DeadLetter> AssertDeadLetterAsync(JobStatus status)
    {
        var letter = Assert.Single(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == status.JobId);
        Assert.Equal(status.Job.Error, letter.Job.Error);
        return letter;
    }
}
