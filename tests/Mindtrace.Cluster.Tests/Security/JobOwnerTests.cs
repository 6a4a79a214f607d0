using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;
using ModelContextProtocol.Client;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Whose a job is, and who may cancel it.</summary>
public sealed class JobOwnerTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancel_BySubmitter_OfItsOwnJobsAlone()
    {
        var (one, other) = (await WithKeyAsync(Role.Submitter), await WithKeyAsync(Role.Submitter));
        var type = await NewTypeAsync();
        var first = await one.SubmitJobAsync(NewJob(type), Cancel);
        var second = (await one.SubmitJobsAsync([NewJob(type)], Cancel))[0];

        foreach (var job in new[] { first, second })
        {
            var refused = await Assert.ThrowsAsync<OperationException>(() => other.CancelJobAsync(job.JobId, Cancel));
            Assert.Equal((403, ProblemTypes.Forbidden), (refused.Status, refused.ProblemType));
            Assert.Contains("operator", refused.Detail, StringComparison.Ordinal);
            Assert.Equal(JobState.Queued, (await one.GetJobStatusAsync(job.JobId, Cancel)).Status);

            Assert.True((await one.CancelJobAsync(job.JobId, Cancel)).Cancelled);
        }
    }

    [Fact]
    public async Task Cancel_ByOperator_OfAnyJob()
    {
        var (submitter, keeper) = (await WithKeyAsync(Role.Submitter), await WithKeyAsync(Role.Operator));
        var job = await submitter.SubmitJobAsync(NewJob(await NewTypeAsync()), Cancel);

        Assert.True((await keeper.CancelJobAsync(job.JobId, Cancel)).Cancelled);
    }

    [Fact]
    public async Task Submit_NamesAnotherAsSubmitter_IsNotBelieved()
    {
        var (name, other) = (NewName(), await WithKeyAsync(Role.Submitter));
        var victim = await WithKeyAsync(Role.Submitter, name);
        var forged = NewJob(await NewTypeAsync()) with { SubmittedBy = name.Value };

        await other.SubmitJobAsync(forged, Cancel);

        Assert.NotEqual(name.Value, (await other.InspectJobAsync(forged.Id, Cancel)).SubmittedBy);
        Assert.Equal(403, (await Assert.ThrowsAsync<OperationException>(() => victim.CancelJobAsync(forged.Id, Cancel))).Status);
    }

    [Fact]
    public async Task Submit_KnownIdOfAnother_DoesNotBecomeOnesOwn()
    {
        var (one, other) = (await WithKeyAsync(Role.Submitter), await WithKeyAsync(Role.Submitter));
        var job = NewJob(await NewTypeAsync());
        await one.SubmitJobAsync(job, Cancel);

        await other.SubmitJobAsync(job, Cancel);

        Assert.Equal(403, (await Assert.ThrowsAsync<OperationException>(() => other.CancelJobAsync(job.Id, Cancel))).Status);
    }

    [Fact]
    public async Task Replay_IsOfWhoReplays()
    {
        var (one, other) = (await WithKeyAsync(Role.Submitter), await WithKeyAsync(Role.Submitter));
        var job = await one.SubmitJobAsync(NewJob(await NewTypeAsync()), Cancel);

        var again = await other.ReplayJobAsync(job.JobId, cancellationToken: Cancel);

        Assert.True((await other.CancelJobAsync(again.JobId, Cancel)).Cancelled);
    }

    [Fact]
    public async Task Submit_AsATool_IsOfItsKeyToo()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Mcp:Roles", "viewer,submitter"));
        var name = NewName();
        var key = (await fixture.Cluster.CreateKeyAsync(new CreateKeyRequest(name, [Role.Submitter]), Cancel)).Key;
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = new Uri(manager.Url, "mcp-server/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
            }),
            cancellationToken: Cancel);
        var job = NewJob(await NewTypeAsync());

        await client.CallToolAsync(
            "submit_job", new Dictionary<string, object?> { ["payload"] = JsonSerializer.SerializeToElement(job, JobOperations.SubmitJob.RequestJson) },
            cancellationToken: Cancel);

        Assert.Equal(name.Value, (await fixture.Cluster.InspectJobAsync(job.Id, Cancel)).SubmittedBy);
    }

    private static KeyName NewName() => KeyName.Parse($"owner-{Guid.NewGuid():N}");

    private static Job NewJob(JobSchema<EchoInput, EchoOutput> type) => type.CreateJob(new EchoInput { Message = "mine" });

    private async Task<JobSchema<EchoInput, EchoOutput>> NewTypeAsync()
    {
        var type = ClusterFixture.NewType("owned");
        await fixture.RouteAsync(type.Type);
        return type;
    }

    private async Task<ClusterClient> WithKeyAsync(Role role, KeyName? name = null)
    {
        var made = await fixture.Cluster.CreateKeyAsync(new CreateKeyRequest(name ?? NewName(), [role]), Cancel);
        return new ClusterClient(new ServiceClient(fixture.Manager.CreateClient(), apiKey: made.Key));
    }
}
