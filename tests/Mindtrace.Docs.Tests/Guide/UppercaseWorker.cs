using Microsoft.Extensions.Logging;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Testing;

namespace Mindtrace.Docs.Tests.Guide;

#region custom-worker
public sealed record UppercaseInput(string Message);

public sealed record UppercaseOutput(string Uppercased);

public sealed class UppercaseWorker : Worker<UppercaseInput, UppercaseOutput>
{
    public override Task<UppercaseOutput> RunAsync(UppercaseInput input, JobContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new UppercaseOutput(input.Message.ToUpperInvariant()));
}
#endregion

#region worker-start
public sealed partial class MyWorker(ILogger<MyWorker> logger) : Worker<UppercaseInput, UppercaseOutput>
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        LogInitialized();
        return Task.CompletedTask;
    }

    public override async Task<UppercaseOutput> RunAsync(UppercaseInput input, JobContext context, CancellationToken cancellationToken)
    {
        await context.WriteLineAsync($"attempt {context.Attempt}", cancellationToken: cancellationToken);
        return input.Message.Length > 0
            ? new UppercaseOutput(input.Message.ToUpperInvariant())
            : throw new JobFailedException("There is nothing to shout.") { IsFinal = true };
    }

    [LoggerMessage(LogLevel.Information, "Worker initialized")]
    private partial void LogInitialized();
}
#endregion

public sealed class CustomWorkerTests
{
    [Fact]
    public async Task CustomWorkers_RunInATest()
    {
        #region worker-in-a-test
        await using var cluster = MindtraceTestCluster.Create(builder => builder
            .AddWorker<UppercaseWorker>("uppercase_job")
            .AddWorker<MyWorker>("shout_job"));
        var uppercase = new JobSchema<UppercaseInput, UppercaseOutput>("uppercase_job");
        var shout = new JobSchema<UppercaseInput, UppercaseOutput>("shout_job");

        var quiet = await cluster.Client.SubmitJobAsync(uppercase.CreateJob(new UppercaseInput("hello")));
        var empty = await cluster.Client.SubmitJobAsync(shout.CreateJob(new UppercaseInput("")));
        #endregion

        var finished = await cluster.Client.WaitForJobAsync(quiet.JobId);
        Assert.Equal("HELLO", uppercase.ReadOutput(finished.Output)!.Uppercased);
        var failed = await cluster.Client.WaitForJobAsync(empty.JobId);
        Assert.Equal((JobState.Failed, "There is nothing to shout."), (failed.Status, failed.Job.Error));
    }
}
