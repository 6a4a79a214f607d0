using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mindtrace.AppHost.Tests.Hostile;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.AppHost.Tests.Boot;

/// <summary>What holds in every mode once the AppHost is up: the quickstart went through, a job over HTTP does, and it is one trace.</summary>
public abstract class FirstJobSuite
{
    private const int Patience = 150;

    /// <summary>The settings that choose the mode.</summary>
    protected abstract string[] Settings { get; }

    /// <summary>Whether the servers have users for workers.</summary>
    protected abstract bool WorkersHaveUsers { get; }

    /// <summary>Skips, or on the build server fails, where the mode cannot be had.</summary>
    protected virtual Task RequireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [Fact]
    public async Task AppHost_Started_RunsAJobEndToEndAsOneTrace()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(Patience) + HostileMinute.Duration);
        var cancel = limit.Token;
        await RequireAsync(cancel);
        await using var cluster = await BootedCluster.StartAsync(cancel, Settings);
        Assert.Equal(0, await cluster.QuickstartAsync(cancel));

        var status = await SubmitOverHttpAsync(cluster.Http, cancel);
        Assert.Equal("queued", status.GetProperty("status").GetString());
        var id = status.GetProperty("job_id").GetString()!;
        var completed = await cluster.Client.WaitForJobAsync(JobId.Parse(id), cancel);
        Assert.Equal(JobState.Completed, completed.Status);
        Assert.Equal("over HTTP", EchoWorker.EchoJob.ReadOutput(completed.Output)!.Echoed);

        var spans = await cluster.Telemetry.WaitForAsync(
            cancel,
            span => span.Service == "manager" && span.Name == "publish echo_job" && IsOf(span, id),
            span => span.Service == "worker" && span.Name == "process echo_job" && IsOf(span, id));
        var trace = Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Equal(completed.Job.Traceparent!.Split('-')[1], trace);

        await RefusesBadInputAsync(cluster, cancel);
        await HostileMinute.RunAsync(cluster, GetType().Name, cancel);
        await LiveAttacks.RunAsync(cluster, WorkersHaveUsers, cancel);
        await RunsDashboardCommandsAsync(cluster, cancel);
    }

    private static async Task RunsDashboardCommandsAsync(BootedCluster cluster, CancellationToken cancel)
    {
        Assert.EndsWith(": completed", await cluster.CommandAsync("manager", "submit-echo-job", cancel), StringComparison.Ordinal);
        var failed = await cluster.Client.SubmitJobAsync(
            EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "no clock runs that long", Delay = 1e300 }), cancel);
        Assert.Equal(JobState.Failed, (await cluster.Client.WaitForJobAsync(failed.JobId, cancel)).Status);
        Assert.Equal("Dead letters: 1", await cluster.CommandAsync("manager", "list-dead-letters", cancel));
        Assert.Equal("Dead letters queued again: 1", await cluster.CommandAsync("manager", "requeue-dead-letters", cancel));

        Assert.Contains("is ready at", await cluster.CommandAsync("node", "launch-echo-worker", cancel), StringComparison.Ordinal);
        Assert.Contains("takes no more jobs", await cluster.CommandAsync("worker", "drain", cancel), StringComparison.Ordinal);

        // The launched worker is the only one that takes jobs now.
        Assert.EndsWith(": completed", await cluster.CommandAsync("manager", "submit-echo-job", cancel), StringComparison.Ordinal);
    }

    private static bool IsOf(Telemetry.OtlpSpan span, string id) => span.Attributes.GetValueOrDefault("mindtrace.job.id") == id;

    private static async Task<JsonElement> SubmitOverHttpAsync(HttpClient manager, CancellationToken cancel)
    {
        manager.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", BootedCluster.ApiKey);
        using var body = new StringContent("""{"schema_name":"echo_job","payload":{"message":"over HTTP"}}""", Encoding.UTF8, "application/json");
        using var answer = await manager.PostAsync("/submit_job", body, cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
    }

    private static async Task RefusesBadInputAsync(BootedCluster cluster, CancellationToken cancel)
    {
        using var manager = cluster.Http;
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("{}", key: null));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("{}", key: "not-the-key-of-the-boot-tests"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync("""{"payload":{}}""", BootedCluster.ApiKey, names: "schema_name"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("""{"schema_name":"echo_job","payload":{""", BootedCluster.ApiKey));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(new string(' ', 50_000_000), BootedCluster.ApiKey));

        var unrouted = await cluster.Client.SubmitJobAsync(
            new Job { SchemaName = JobType.Parse("nobody_knows"), Payload = JobsJson.EmptyObject }, cancel);
        Assert.Equal(JobState.Error, unrouted.Status);
        Assert.Equal("""{"error":"No job schema targeting found for job type nobody_knows"}""", unrouted.Output.GetRawText());

        async Task<HttpStatusCode> PostAsync(string json, string? key, string names = "")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/submit_job")
            {
                Content = new StringContent(json, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var answer = await manager.SendAsync(request, cancel);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains(names, await answer.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
            return answer.StatusCode;
        }
    }
}
