using System.Reflection;
using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>Two scripts on one worker: one in a checkout of a git repository, here this repository's own last commit, and one in a container.</summary>
internal static class ScriptsSample
{
    private static readonly JobType Script = JobType.Parse("run_script_demo");

    private static string Image => Environment.GetEnvironmentVariable("MINDTRACE_SAMPLE_IMAGE") ?? "ubuntu:22.04";

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        var worker = await cluster.StartWorkerAsync(
            "RunScriptWorker",
            new Dictionary<string, string?>
            {
                ["Scripts:Policy:AllowProcesses"] = "true",
                ["Scripts:Policy:AllowFileRepositories"] = "true",
                ["Scripts:Containers:AllowedImages:0"] = Image,
            },
            cancellationToken);
        await cluster.Client.RegisterJobToWorkerAsync(Script, worker.Url, cancellationToken);
        var repository = typeof(ScriptsSample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

        await RunAsync("git", new
        {
            environment = new { git = new { repo_url = new Uri(repository).AbsoluteUri, working_dir = "docs" } },
            command = "head -n 1 architecture.md",
        });
        await RunAsync("docker", new
        {
            environment = new { docker = new { image = Image, working_dir = "/tmp" } },
            command = "echo hello from $PWD",
        });

        async Task RunAsync(string kind, object payload)
        {
            var job = await cluster.Client.SubmitJobAsync(
                new Job { SchemaName = Script, Payload = JsonSerializer.SerializeToElement(payload) }, cancellationToken);
            var finished = await cluster.Client.WaitForJobAsync(job.JobId, cancellationToken);
            var said = finished.Output.TryGetProperty("stdout", out var stdout) ? stdout.GetString()!.Trim() : "nothing";
            Console.WriteLine($"Job in {kind} {finished.Status}: {said} {finished.Job.Error}".TrimEnd());
        }
    }
}
