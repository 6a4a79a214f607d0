using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Mindtrace.Cluster.Tests.WorkerTypes;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Runs jobs in a cluster that is full of secrets, and looks for these where they must not be.</summary>
public sealed class CanaryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_OfARunningCluster_AreInNoAnswerLogSpanCommandLineFileOrJob()
    {
        using var repository = new SampleRepository();
        repository.Commit("look.sh", "env; cat /proc/self/environ /proc/self/cmdline /proc/$PPID/cmdline; exit ${1:-0}");
        await using var cluster = await CanaryCluster.StartAsync();
        var key = (await cluster.Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("reader"), [Role.Operator]), Cancel)).Key;
        cluster.Plant("a key that was made", key.Split('.')[^1]);
        var seen = new Dictionary<string, string>();

        var (jobs, launch, worker) = await RunJobsAsync(cluster, repository);
        seen["command lines"] = string.Join('\n', Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Select(ReadCommandLine));
        foreach (var (name, url) in cluster.Services.Select(service => (service.Name, service.Url)).Append(("worker", worker)))
        {
            seen[$"answers of {name}"] = await AskEverythingAsync(url, key, cluster, jobs, launch, worker);
        }

        // The last batches are exported when a service stops, and are not of interest: what jobs and calls did is exported by then.
        seen["spans and logs that were exported"] = cluster.Telemetry.Text;
        seen["what the services wrote"] = cluster.Output;
        seen["files"] = string.Join('\n', cluster.Files.Select(File.ReadAllText));

        Assert.Contains("look.sh", seen["answers of Mindtrace.Manager"], StringComparison.Ordinal);
        Assert.Contains("process ", seen["spans and logs that were exported"], StringComparison.Ordinal);
        Assert.Contains("Mindtrace.Worker", seen["command lines"], StringComparison.Ordinal);
        var found =
            from place in seen
            from canary in cluster.Canaries
            where place.Value.Contains(canary.Value, StringComparison.Ordinal)
            select $"{canary.Key} is in {place.Key}, after: {Before(place.Value, canary.Value)}";
        Assert.True(!found.Any(), string.Join('\n', found));
    }

    /// <summary>Runs jobs that succeed, fail, and cannot be run, of workers and of an app that is away.</summary>
    private static async Task<(IReadOnlyList<JobId> Jobs, Guid Launch, Uri Worker)> RunJobsAsync(CanaryCluster cluster, SampleRepository repository)
    {
        var (script, echo, away) = (JobType.Parse("look"), JobType.Parse("echo"), JobType.Parse("away"));
        var client = cluster.Cluster;
        await client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse("scripts"), "RunScriptWorker") { JobType = script }, Cancel);
        await client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse("echo"), nameof(EchoWorker)) { JobType = echo }, Cancel);
        await client.RegisterAppAsync(AppName.Parse("nobody"), new Uri(HostileJson.Nowhere), Cancel);
        await client.RegisterJobToEndpointAsync(away, "nobody/run", Cancel);
        var launches = new List<LaunchWorkerOnNodeResponse>();
        foreach (var type in new[] { "scripts", "echo" })
        {
            launches.Add(await client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(WorkerTypeName.Parse(type)), Cancel));
        }

        var ready = new List<LaunchStatus>();
        foreach (var launch in launches)
        {
            ready.Add(await client.WaitForLaunchAsync(launch, Cancel));
        }

        Assert.All(ready, launch => Assert.Equal((LaunchState.Ready, null), (launch.Status, launch.Error)));
        var jobs = new List<JobId>();
        foreach (var (type, payload) in new (JobType, object)[]
        {
            (script, Script("sh look.sh", repository.Url.AbsoluteUri)), (script, Script("sh look.sh 3", repository.Url.AbsoluteUri)),
            (script, Script("sh look.sh", "https://127.0.0.1:9/owner/repository.git")),
            (echo, new { message = "hello" }), (echo, new { message = new[] { 1 } }), (away, new { }),
        })
        {
            var job = await client.SubmitJobAsync(new Job { SchemaName = type, Payload = JsonSerializer.SerializeToElement(payload) }, Cancel);
            jobs.Add((await client.WaitForJobAsync(job.JobId, Cancel).InTime()).JobId);
        }

        return (jobs, launches[0].LaunchId, new Uri(ready[0].WorkerUrl!));
    }

    private static object Script(string command, string repository) =>
        new { environment = new { git = new { repo_url = repository, branch = "main", working_dir = "" } }, command };

    /// <summary>Calls each operation that reads, with everything that it may be asked for, and some with a wrong key or a wrong body.</summary>
    private static async Task<string> AskEverythingAsync(Uri url, string key, CanaryCluster cluster, IReadOnlyList<JobId> jobs, Guid launch, Uri worker)
    {
        using var http = new HttpClient { BaseAddress = url };
        var answers = new StringBuilder();
        var reads = new[] { typeof(JobOperations).Assembly, typeof(ServiceOperations).Assembly }
            .SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.FieldType.IsAssignableTo(typeof(Operation))).Select(field => (Operation)field.GetValue(null)!)
            .Where(operation => operation.Role == Role.Viewer || (operation.Role == Role.Admin && !operation.IsAudited)).ToList();
        Assert.NotEmpty(reads);
        foreach (var job in jobs)
        {
            var body = JsonSerializer.Serialize(new
            {
                job_id = job, launch_id = launch, node_url = cluster.Services[1].Url, worker_url = worker, worker_id = "any", timeout_seconds = 0, limit = 1000, lines = 1000,
            });
            foreach (var operation in reads)
            {
                await AskAsync(operation.Name, body, operation.Role == Role.Admin ? cluster.Canaries["the configured key"] : key);
            }
        }

        await AskAsync("list_keys", "{}", key);
        await AskAsync("status", "{}", key + "x");
        await AskAsync("submit_job", """{"schema_name":3}""", key);
        foreach (var path in new[] { "health", "alive", "openapi/v1.json" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            await SendAsync(request, key);
        }

        return answers.ToString();

        async Task AskAsync(string operation, string body, string with)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, operation) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            await SendAsync(request, with);
        }

        async Task SendAsync(HttpRequestMessage request, string with)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", with);
            using var answer = await http.SendAsync(request, Cancel).InTime();
            answers.Append(answer.Headers).AppendLine(await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    private static string ReadCommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }

    private static string Before(string text, string canary)
    {
        var at = text.IndexOf(canary, StringComparison.Ordinal);
        return text[Math.Max(0, at - 200)..at];
    }
}
