using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Samples.Tests;

/// <summary>The worker and the client in Python, which know the documented operations alone, against a manager.</summary>
public sealed class PythonSampleTests : IAsyncLifetime
{
    private readonly GarnetServer _redis = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-test-python-");
    private readonly string _key = RandomNumberGenerator.GetHexString(32);
    private ServiceProcess? _manager;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => ClusterClient.Connect(_manager!.Url, _key);

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync(Cancel);
        _manager = await ServiceProcess.LaunchAsync(
            new ServiceLaunch
            {
                Program = ServiceProgram.Of("Mindtrace.Manager"),
                ApiKey = _key,
                Settings = new Dictionary<string, string?>
                {
                    ["ConnectionStrings:redis"] = _redis.ConnectionString,
                    ["Queue:Backend"] = "Redis",
                    ["Registry:Path"] = _directory.CreateSubdirectory("registry").FullName,
                    ["Mindtrace:Service:PidDirectory"] = _directory.CreateSubdirectory("pids").FullName,
                    ["Logging:LogLevel:Default"] = "Error",
                },
            },
            Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await (_manager?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _redis.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task WorkerAndClient_RunAJob_AndAnUnreadableOneIsADeadLetter()
    {
        var type = JobType.Parse("word_count");
        await Cluster.RegisterJobTypeAsync(new JobTypeDefinition(type), Cancel);
        using var worker = await StartAsync("worker.py", Role.Worker, type.Value);
        try
        {
            Assert.Contains("takes word_count", await worker.StandardOutput.ReadLineAsync(Cancel), StringComparison.Ordinal);

            using var client = await StartAsync("client.py", Role.Submitter, "to be or not to be");
            var said = await client.StandardOutput.ReadToEndAsync(Cancel);
            await client.WaitForExitAsync(Cancel);
            var broken = await Cluster.SubmitJobAsync(new Job { SchemaName = type, Payload = JobsJson.EmptyObject }, Cancel);
            var ended = await Cluster.WaitForJobAsync(broken.JobId, Cancel);

            Assert.True(client.ExitCode == 0, said + await client.StandardError.ReadToEndAsync(Cancel));
            Assert.Contains("""completed {"words": 6""", said, StringComparison.Ordinal);
            Assert.Equal(JobState.Error, ended.Status);
            Assert.Contains("The payload cannot be read", ended.Job.Error, StringComparison.Ordinal);
            var counted = said.Split(' ')[1].TrimEnd(':');
            Assert.Equal(["Counting 6 words"], (await Cluster.GetJobLogsAsync(new JobLogsRequest(JobId.Parse(counted)), Cancel)).Select(line => line.Line));
            Assert.Equal((type.Value, ""), Assert.Single(await Cluster.ListWorkersAsync(Cancel)) switch { var it => (it.WorkerType, it.WorkerUrl) });

            Signals.Send("TERM", worker.Id);
            await worker.WaitForExitAsync(Cancel);
            Assert.Equal(0, worker.ExitCode);
        }
        finally
        {
            worker.Kill();
        }
    }

    private async Task<Process> StartAsync(string program, Role role, string argument)
    {
        var key = await Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse(Path.GetFileNameWithoutExtension(program)), [role]), Cancel);
        var repository = typeof(PythonSampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "RepositoryRoot").Value!;
        var start = new ProcessStartInfo("python3", ["-u", Path.Combine(repository, "samples", "python", program), argument])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["MINDTRACE_URL"] = _manager!.Url.AbsoluteUri;
        start.Environment["MINDTRACE_API_KEY"] = key.Key;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return Process.Start(start)!;
    }
}
