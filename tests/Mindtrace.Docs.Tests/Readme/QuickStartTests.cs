#region quick-start-usings
using Mindtrace.Cluster;
using Mindtrace.Jobs;
#endregion
using Mindtrace.Docs.Tests.Guide;

namespace Mindtrace.Docs.Tests.Readme;

[Collection(nameof(GuideCluster))]
public sealed class QuickStartTests(GuideCluster guide) : IDisposable
{
    private const string Url = "MINDTRACE_URL";
    private const string ApiKey = "MINDTRACE_API_KEY";

    [Fact]
    public async Task QuickStart_RunsAJob()
    {
        Environment.SetEnvironmentVariable(Url, guide.Client.Url.AbsoluteUri);
        Environment.SetEnvironmentVariable(ApiKey, guide.ApiKey);

        #region quick-start-program
        var url = Environment.GetEnvironmentVariable("MINDTRACE_URL") ?? "http://localhost:8002";
        var key = Environment.GetEnvironmentVariable("MINDTRACE_API_KEY")!;
        var cluster = ClusterClient.Connect(new Uri(url), key);

        // Say what a job type is: schemas from the C# types, and three attempts. A payload that breaks its schema is refused.
        var echoJob = new JobSchema<EchoInput, EchoOutput>("quick_echo");
        await cluster.RegisterJobTypeAsync(echoJob.Define() with { MaxAttempts = 3 });

        // Register a worker type; its workers consume the job type
        var echoWorker = WorkerTypeName.Parse("quick_echo");
        await cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(echoWorker, "EchoWorker") { JobType = echoJob.Type });

        // Launch a worker on a node that has what it needs; NodeUrl names one
        var launch = await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(echoWorker));
        var launchStatus = await cluster.LaunchWorkerStatusAsync(launch.NodeUrl, launch.LaunchId);
        Console.WriteLine(launchStatus.Status);                 // Pending, Running, Ready or Failed

        // Submit a job and wait for it
        var job = echoJob.CreateJob(new EchoInput { Message = "Hello cluster" });
        var submitted = await cluster.SubmitJobAsync(job);
        Console.WriteLine(submitted.Status);                    // Queued
        var finished = await cluster.WaitForJobAsync(job.Id);
        Console.WriteLine(echoJob.ReadOutput(finished.Output)); // EchoOutput { Echoed = Hello cluster }
        #endregion

        Assert.Equal("Hello cluster", echoJob.ReadOutput(finished.Output)?.Echoed);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Url, null);
        Environment.SetEnvironmentVariable(ApiKey, null);
    }
}
