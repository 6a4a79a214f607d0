using System.Text.Json;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Cluster.Tests.WorkerTypes;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>Jobs that are run again as they were run.</summary>
public abstract partial class ClusterBehaviours
{
    [Fact]
    public async Task ReplayJob_RunsWhatRan()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var job = type.CreateJob(new EchoInput { Message = "branch main", Delay = 0 }) with { MaxAttempts = 3, Name = "nightly" };
        await Cluster.SubmitJobAsync(job, Cancel);
        var run = await code.NextRunAsync();
        run.Context.ReportFact("commit", "abc123");
        run.Context.PinPayload(JsonElement.Parse("""{"message":"commit abc123"}"""));
        run.Complete();
        await Cluster.WaitForJobAsync(job.Id, Cancel).InTime();
        var told = Assert.IsType<JobProvenance>((await Cluster.InspectJobAsync(job.Id, Cancel)).Provenance);
        Assert.Equal((1, typeof(GatedWorker).FullName, "abc123"), (told.Attempt, told.WorkerClass, told.Facts["commit"]));

        var replay = await Cluster.ReplayJobAsync(job.Id, JobId.New(), Cancel);
        var repeated = await Cluster.ReplayJobAsync(job.Id, replay.JobId, Cancel);

        Assert.Equal(replay.JobId, repeated.JobId);
        var again = await code.NextRunAsync();
        Assert.Equal((replay.JobId, "commit abc123"), (again.Context.JobId, again.Input.Message));
        again.Complete();
        var completed = await Cluster.WaitForJobAsync(replay.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, job.Id, "nightly", 3), (completed.Status, completed.Job.ReplayOf, completed.Job.Name, completed.Job.MaxAttempts));
        Assert.Null((await Cluster.GetJobStatusAsync(job.Id, Cancel)).Job.ReplayOf);
        Assert.Equal(2, code.Runs);
    }

    [Fact]
    public async Task ReplayJob_ThatHasNotRun_RunsItsInput()
    {
        var type = NewType();
        await (await cluster.StartWorkerAsync(NewEchoWorker(), type.Type)).DisposeAsync();
        var job = await SubmitAsync(type, "waits");

        var replay = await Cluster.ReplayJobAsync(job.JobId, cancellationToken: Cancel);

        Assert.NotEqual(job.JobId, replay.JobId);
        Assert.Equal((JobState.Queued, job.JobId), (replay.Status, replay.Job.ReplayOf));
        Assert.Equal(job.Job.Payload.GetRawText(), replay.Job.Payload.GetRawText());
    }

    [Fact]
    public async Task ReplayJob_OfAScript_RunsTheCommitThatRan()
    {
        using var repository = new SampleRepository();
        var commit = repository.Commit("hello.sh", "echo first");
        var type = await LaunchScriptWorkerAsync();
        var first = await RunScriptAsync(type, GitJob(repository, "sh hello.sh"));
        repository.Commit("hello.sh", "echo second");

        var replay = await EndOfAsync(await Cluster.ReplayJobAsync(first.JobId, cancellationToken: Cancel));

        AssertOutput(replay, "first\n", "", 0, "exited");
        Assert.Equal(commit, replay.Job.Payload.GetProperty("environment").GetProperty("git").GetProperty("commit").GetString());
        Assert.Equal("sh hello.sh", replay.Job.Payload.GetProperty("command").GetString());
        AssertOutput(await RunScriptAsync(type, GitJob(repository, "sh hello.sh")), "second\n", "", 0, "exited");
        var told = (await Cluster.InspectJobAsync(first.JobId, Cancel)).Provenance!;
        Assert.Equal((commit, "Mindtrace.Worker.Scripts.RunScriptWorker"), (told.Facts["commit"], told.WorkerClass));
        Assert.Equal(cluster.Node.Url.AbsoluteUri, told.Node);
        Assert.StartsWith("script-", told.WorkerType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplayJob_UnknownJob_Is404()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.ReplayJobAsync(JobId.New(), cancellationToken: Cancel));
        Assert.Equal((404, "urn:mindtrace:problem:job-not-found"), (refused.Status, refused.ProblemType));
    }
}
