using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Docs.Tests.Guide;

/// <summary>That scripts really run, with what they need, is shown by the sample <c>scripts</c>; here the cluster's policy refuses them.</summary>
[Collection(nameof(GuideCluster))]
public sealed class ScriptTests(GuideCluster guide)
{
    [Fact]
    public async Task Scripts_WithoutAPolicy_AreRefusedByTheirWorker()
    {
        var cluster = guide.Client;

        #region scripts-worker
        var scripts = WorkerTypeName.Parse("scripts");
        var script = JobType.Parse("run_script_demo");
        await cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(scripts, "RunScriptWorker") { JobType = script });
        await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(scripts));
        #endregion

        #region script-jobs
        var inContainer = new Job
        {
            SchemaName = script,
            Payload = JsonSerializer.SerializeToElement(new
            {
                environment = new { docker = new { image = "ubuntu:22.04", working_dir = "/tmp" } },
                command = "echo hello",
            }),
        };
        var inCheckout = new Job
        {
            SchemaName = script,
            Payload = JsonSerializer.SerializeToElement(new
            {
                environment = new { git = new { repo_url = "https://github.com/Mindtrace/mindtrace.git", branch = "main" } },
                command = "python samples/cluster/run_script/test_script.py",
            }),
        };
        foreach (var submitted in await cluster.SubmitJobsAsync([inContainer, inCheckout]))
        {
            var status = await cluster.WaitForJobAsync(submitted.JobId);
            Console.WriteLine($"{status.Status}: {status.Output} {status.Job.Error}");
        }
        #endregion

        foreach (var id in new[] { inContainer.Id, inCheckout.Id })
        {
            var status = await cluster.GetJobStatusAsync(id);
            Assert.Equal(JobState.Failed, status.Status);
            Assert.DoesNotContain("The payload is no", status.Job.Error, StringComparison.Ordinal);
        }
    }
}
