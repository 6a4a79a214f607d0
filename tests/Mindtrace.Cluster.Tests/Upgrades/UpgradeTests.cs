using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>What recorded releases stored and said, and this one; see <see cref="RecordedReleases"/>.</summary>
public sealed class UpgradeTests
{
    private const string StoreFile = "store.json";
    private const string WireFile = "wire.json";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Releases => [.. RecordedReleases.Versions];

    [Theory]
    [MemberData(nameof(Releases))]
    public Task Store_OfARecordedRelease_IsReadAndItsJobsAreBroughtToTheirEnd(string release) =>
        GoOnAsync(RecordedReleases.FileOf(release, StoreFile));

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Requests_OfARecordedRelease_AreAnsweredAsThen(string release)
    {
        await using var cluster = await RecordedCluster.StartAsync();
        Assert.Empty(await WireRecording.ReplayAsync(RecordedReleases.FileOf(release, WireFile), cluster.Url, ManagerProgram.ApiKey, Cancel));
    }

    [Fact]
    public async Task Recording_OfThisRelease_IsReadLikeTheOthers()
    {
        var store = RecordedReleases.NewFile(StoreFile);
        await using (var cluster = await RecordedCluster.StartAsync())
        {
            using var wire = new WireRecording();
            using var http = new HttpClient(wire);
            await RecordedWork.DoAsync(new ServiceClient(http, cluster.Url, ManagerProgram.ApiKey), cluster.WorkerUrl);
            await wire.WriteAsync(RecordedReleases.NewFile(WireFile));
            await cluster.RecordAsync(store);
        }

        await GoOnAsync(store);
    }

    /// <summary>Starts this release on a recorded store, and takes up what was left there.</summary>
    private static async Task GoOnAsync(string store)
    {
        await using var cluster = await RecordedCluster.StartAsync(store);
        var client = cluster.Client;

        var completed = (await client.InspectJobAsync(RecordedWork.Completed, Cancel)).Status;
        Assert.Equal((JobState.Completed, """{"echoed":"recorded"}"""), (completed.Status, completed.Output.GetRawText()));
        Assert.Equal(["one", "two"], (await client.GetJobLogsAsync(new JobLogsRequest(RecordedWork.Completed) { After = 0 }, Cancel)).Select(line => line.Line));
        Assert.Equal(JobState.Cancelled, (await client.GetJobStatusAsync(RecordedWork.Cancelled, Cancel)).Status);
        Assert.Equal(JobState.Queued, (await client.GetJobStatusAsync(RecordedWork.Later, Cancel)).Status);

        Assert.Contains(await client.ListJobTypesAsync(Cancel), type => type.JobType == RecordedWork.Waiting && type.HasRoute);
        Assert.Contains(await client.ListWorkerTypesAsync(Cancel), type => type.WorkerType == RecordedWork.WorkerType);
        Assert.Single(await client.ListAppsAsync(Cancel), app => app.Name == RecordedWork.App);
        Assert.Single(await client.ListKeysAsync(Cancel), key => key.Name == RecordedWork.Key);
        Assert.Single(await client.ListSchedulesAsync(Cancel), schedule => schedule.Schedule.Name == RecordedWork.Schedule);
        Assert.Single(await client.ListScalesAsync(Cancel), scale => scale.Scale.WorkerType == RecordedWork.IdleWorkerType);
        Assert.Contains((await client.ListAuditAsync(new ListAuditRequest(), Cancel)).Entries, entry => entry.Operation == "create_key");

        // The message of the queued job was written then, and is read now. The other was running when the release ended.
        await client.RegisterJobToWorkerAsync(RecordedWork.Waiting, cluster.WorkerUrl, Cancel);
        Assert.Equal(JobState.Completed, (await client.WaitForJobAsync(RecordedWork.Queued, Cancel)).Status);
        await client.RegisterJobToWorkerAsync(RecordedWork.Taken, cluster.WorkerUrl, Cancel);
        Assert.Equal(JobState.Completed, (await client.WaitForJobAsync(RecordedWork.Running, Cancel)).Status);
        Assert.Equal(1, (await client.InspectJobAsync(RecordedWork.Running, Cancel)).Deaths);

        await client.RegisterJobToWorkerAsync(RecordedWork.Echo, cluster.WorkerUrl, Cancel);
        Assert.Equal(RecordedWork.Failed, Assert.Single((await client.ListDeadLettersAsync(new DeadLettersRequest(), Cancel)).Jobs).JobId);
        await client.RequeueDeadLetterAsync(RecordedWork.Failed, RecordedWork.Payload, Cancel);
        Assert.Equal(JobState.Completed, (await client.WaitForJobAsync(RecordedWork.Failed, Cancel)).Status);
    }
}
