using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>
/// What the original's own tests assert of a cluster, under the names that its behaviours are known by, on whatever servers it runs.
/// Where this system decides otherwise, the test asserts our way and says why.
/// </summary>
public abstract partial class ClusterBehaviours(ClusterUnderTest cluster) : IAsyncDisposable
{
    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected ClusterClient Cluster => cluster.Cluster;

    /// <summary>Ends what the test had launched: the next one finds all ports free.</summary>
    public async ValueTask DisposeAsync()
    {
        await cluster.ShutDownWorkersAsync();
        GC.SuppressFinalize(this);
    }

    private protected static JobSchema<EchoInput, EchoOutput> NewType() => ClusterFixture.NewType("behaviour");

    private static EchoWorker NewEchoWorker() => new(TimeProvider.System);

    private protected Task<JobStatus> SubmitAsync(JobSchema<EchoInput, EchoOutput> type, string message) =>
        Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = message }), Cancel).InTime();

    private protected Task<JobStatus> EndOfAsync(JobStatus job) => Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();

    /// <summary>Submits a job, which is queued at first, and asserts that it comes back with its own message.</summary>
    /// <returns>The job at its end.</returns>
    private async Task<JobStatus> EchoAsync(JobSchema<EchoInput, EchoOutput> type, string message)
    {
        var queued = await SubmitAsync(type, message);
        Assert.Equal((JobState.Queued, "", "{}"), (queued.Status, queued.WorkerId, queued.Output.GetRawText()));
        return await AssertEchoedAsync(type, queued, message);
    }

    private async Task<JobStatus> AssertEchoedAsync(JobSchema<EchoInput, EchoOutput> type, JobStatus job, string message)
    {
        var completed = await EndOfAsync(job);
        Assert.Equal((JobState.Completed, message), (completed.Status, type.ReadOutput(completed.Output)!.Echoed));
        Assert.NotNull(completed.Job.CompletedAt);
        return completed;
    }
}
