using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>What the code of a job may do with what it is given, over HTTP: all that concerns its own attempt, and nothing else.</summary>
public sealed class JobCapabilityTests(ClusterFixture fixture)
{
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("capable");
    private readonly GatedWorker _code = new() { IgnoresStops = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Capability_OfOneJob_TellsAndPrintsOfThatAlone()
    {
        await using var worker = await StartWorkerAsync();
        var (mine, my) = await RunAsync("mine");
        var (other, others) = await RunAsync("the other's");

        var told = await my.CallAsync(OwnJobOperations.OwnJob, Cancel);
        await my.CallAsync(OwnJobOperations.ReportProgress, Cancel);
        await my.CallAsync(OwnJobOperations.WriteJobLog, new WriteJobLogRequest("of mine") { Stream = JobLogStream.Stderr }, Cancel);
        await others.CallAsync(OwnJobOperations.WriteJobLog, new WriteJobLogRequest("of the other"), Cancel);

        Assert.Equal((mine.Context.JobId, _type.Type, 1, false), (told.JobId, told.SchemaName, told.Attempt, told.Stopping));
        Assert.Equal("mine", told.Payload.GetProperty("message").GetString());
        Assert.Equal(other.Context.JobId, (await others.CallAsync(OwnJobOperations.OwnJob, Cancel)).JobId);
        Assert.Equal([(JobLogStream.Stderr, "of mine")], await LogOfEndedAsync(mine));
        Assert.Equal([(JobLogStream.Stdout, "of the other")], await LogOfEndedAsync(other));
    }

    [Fact]
    public async Task Capability_AttemptEnds_OpensNothing()
    {
        await using var worker = await StartWorkerAsync();
        var (run, _) = await RunAsync("short");
        var token = (await CapabilityOfAsync(run)).Token;
        run.Complete();
        await Cluster.WaitForJobAsync(run.Context.JobId, Cancel).InTime();

        foreach (var operation in new[] { OwnJobOperations.OwnJob.Name, OwnJobOperations.ReportProgress.Name, OwnJobOperations.WriteJobLog.Name })
        {
            using var answer = await PostAsync(worker.Url, operation, token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Capability_OpensNoOtherOperation()
    {
        await using var worker = await StartWorkerAsync();
        var (run, _) = await RunAsync("curious");
        var token = (await CapabilityOfAsync(run)).Token;

        foreach (var operation in worker.Operations.Operations.Where(operation => operation.Role != Role.Job))
        {
            using var answer = await PostAsync(worker.Url, operation.Name, token);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"the worker's {operation} answered {answer.StatusCode}");
        }

        foreach (var operation in fixture.Manager.Operations.Operations)
        {
            using var answer = await PostAsync(fixture.Manager.Url, operation.Name, token);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"the manager's {operation} answered {answer.StatusCode}");
        }

        run.Complete();
    }

    [Fact]
    public async Task Capability_JobIsCancelled_SaysThatItIsToStop()
    {
        await using var worker = await StartWorkerAsync();
        var (run, code) = await RunAsync("long");

        await Cluster.CancelJobAsync(run.Context.JobId, Cancel);

        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await code.CallAsync(OwnJobOperations.OwnJob, Cancel)).Stopping)
        {
            await look.WaitForNextTickAsync(Cancel);
        }

        run.Complete();
    }

    [Fact]
    public async Task Capability_BodiesAreMalformed_AreRefusedNamingTheField()
    {
        await using var worker = await StartWorkerAsync();
        var (run, _) = await RunAsync("clumsy");
        using var http = new HttpClient { BaseAddress = worker.Url };

        await MalformedBodies.AreRefusedAsync(
            http, worker.Operations.Operations.Where(operation => operation.Role == Role.Job), (await CapabilityOfAsync(run)).Token);

        run.Complete();
    }

    [Fact]
    public async Task Capability_IsWrittenOut_HoldsNoToken()
    {
        await using var worker = await StartWorkerAsync();
        var (run, _) = await RunAsync("talkative");

        var capability = await CapabilityOfAsync(run);

        Assert.DoesNotContain(capability.Token, capability.ToString(), StringComparison.Ordinal);
        run.Complete();
    }

    [Fact]
    public async Task CreateKey_WithTheRoleOfJobs_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(
            () => Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse($"job-{Guid.NewGuid():N}"), [Role.Viewer, Role.Job]), Cancel));

        Assert.Equal((422, ProblemTypes.InvalidRequest), (refused.Status, refused.ProblemType));
    }

    private static async Task<JobCapability> CapabilityOfAsync(GatedWorker.Run run) =>
        Assert.IsType<JobCapability>(await run.Context.GetCapabilityAsync(Cancel));

    private static async Task<HttpResponseMessage> PostAsync(Uri service, string operation, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service, operation))
        {
            Content = new StringContent("""{"line":"late"}""", Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        return await http.SendAsync(request, Cancel);
    }

    private async Task<WorkerProgram> StartWorkerAsync()
    {
        var worker = await WorkerProgram.StartAsync(fixture.Redis, _code, space: null, ("Worker:Concurrency", "2"));
        await Cluster.RegisterJobToWorkerAsync(_type.Type, worker.Url, Cancel);
        return worker;
    }

    /// <summary>Has a job run, and calls its worker as its code would.</summary>
    private async Task<(GatedWorker.Run Run, ServiceClient Code)> RunAsync(string message)
    {
        await Cluster.SubmitJobAsync(_type.CreateJob(new EchoInput { Message = message }), Cancel);
        var run = await _code.NextRunAsync();
        var capability = await CapabilityOfAsync(run);
        return (run, new ServiceClient(new HttpClient(), capability.Url, capability.Token));
    }

    private async Task<IEnumerable<(JobLogStream, string)>> LogOfEndedAsync(GatedWorker.Run run)
    {
        run.Complete();
        await Cluster.WaitForJobAsync(run.Context.JobId, Cancel).InTime();
        return (await Cluster.GetJobLogsAsync(new JobLogsRequest(run.Context.JobId), Cancel)).Select(line => (line.Stream, line.Line));
    }
}
