using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Endpoints;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Jobs whose type is routed to an endpoint behind the gateway, from the submit to their end.</summary>
public sealed class EndpointJobTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

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
        await Cluster.AssertDeadLetterAsync(status);
    }

    [Fact]
    public async Task Endpoint_ItsAppIsNotRegistered_IsAnErrorAndRunsOnceItIsAndSomebodyRequeues()
    {
        await using var app = await TestApp.StartAsync(_ => Task.CompletedTask);
        var type = await app.RouteAsync(Cluster);
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
        var type = await app.RouteAsync(Cluster);

        var job = type.CreateJob(new EchoInput { Message = "long" }) with { Timeout = TimeSpan.FromSeconds(0.2) };
        var status = await Cluster.SubmitJobAsync(job, Cancel).InTime();

        Assert.Equal((JobState.Failed, "timeout: the attempt ran longer than 0.2 s."), (status.Status, status.Job.Error));
        await Cluster.AssertDeadLetterAsync(status);
    }

    [Fact]
    public async Task Endpoint_NeverAnswersAndTheJobHasNoTimeout_FailsAtTheManagers()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Endpoints:Timeout", "00:00:00.3"));
        await using var app = await TestApp.StartAsync(Cluster, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var type = await app.RouteAsync(Cluster);

        var status = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "long" }), Cancel).InTime();

        Assert.Equal((JobState.Failed, "timeout: the attempt ran longer than 0.3 s."), (status.Status, status.Job.Error));
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
        var type = await app.RouteAsync(Cluster);

        var first = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "again" }) with { MaxAttempts = 2 }, Cancel).InTime();
        var last = await Cluster.WaitForJobAsync(first.JobId, Cancel).InTime();

        Assert.Equal((JobState.Completed, 2, 2), (last.Status, last.Job.Attempt, calls));
    }

    [Fact]
    public async Task Submit_NotBeforeLater_AnswersQueuedAtOnce()
    {
        await using var app = await GatedApp.StartAsync(Cluster);
        var type = await app.App.RouteAsync(Cluster);

        var job = type.CreateJob(new EchoInput { Message = "later" }) with { NotBefore = TimeProvider.System.GetUtcNow().AddHours(1) };
        var accepted = await Cluster.SubmitJobAsync(job, Cancel).InTime();

        Assert.Equal((JobState.Queued, ""), (accepted.Status, accepted.WorkerId));
        Assert.Equal(JobState.Cancelled, (await Cluster.CancelJobAsync(job.Id, Cancel)).Status.Status);
    }

    [Fact]
    public async Task Submit_ClientGoesAway_JobStillEnds()
    {
        await using var app = await GatedApp.StartAsync(Cluster);
        var type = await app.App.RouteAsync(Cluster);
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
        var type = await app.App.RouteAsync(Cluster);
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
        var type = await app.RouteAsync(Cluster);
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
        var message = JobMessage.Of(job, now);

        var ticket = new DispatchTicket(message, JobRoute.Endpoint($"{app.Name}/run"), now);

        await fixture.Manager.Services.GetRequiredService<EndpointJobs>().RunAsync(ticket).InTime();

        var store = fixture.Manager.Services.GetRequiredService<IJobStore>();
        Assert.Equal((0, (JobRecord?)null), (calls, await store.FindAsync(job.Id, Cancel)));
    }
}
