using System.Diagnostics;
using Mindtrace.Cluster.Tests.WorkerTypes;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>Scripts whose worker is killed.</summary>
public abstract partial class ClusterBehaviours
{
    private const int ScriptsOfAKind = 10;
    private const int LinesOfAScript = 10;

    [Fact]
    public async Task RunScript_WorkerKilledTwice_EveryJobIsFinalAndNothingIsLeft()
    {
        await ContainerRuntime.RequireAsync(Cancel, JobImage);
        using var repository = new SampleRepository();
        repository.Commit("file.txt", "");
        var folder = Directory.CreateTempSubdirectory("mindtrace-test-scripts-");
        var type = NewType().Type;
        var mark = $"mark-{Guid.NewGuid():N}";
        var jobs = new List<(JobStatus Job, bool Fails)>();

        var worker = await StartScriptWorkerAsync(folder.FullName, type);
        for (var number = 0; number < ScriptsOfAKind * 2; number++)
        {
            var fails = number % 3 == 0;
            var line = $"for i in $(seq {LinesOfAScript}); do echo line $i; sleep 0.2; done; echo {mark} last; exit {(fails ? 1 : 0)}";
            var payload = number % 2 == 0 ? GitJob(repository, line) : DockerJob(line);
            jobs.Add((await SubmitScriptAsync(type, payload), fails));
        }

        for (var kills = 0; kills < 2; kills++)
        {
            await UntilAsync(() => Directory.EnumerateDirectories(Path.Combine(folder.FullName, "runs"), "*", SearchOption.TopDirectoryOnly)
                .SelectMany(Directory.GetDirectories).Any());
            Signals.Send("KILL", worker.ProcessId);
            await worker.DisposeAsync();
            worker = await StartScriptWorkerAsync(folder.FullName, type);
        }

        foreach (var (job, fails) in jobs)
        {
            var ended = await Cluster.WaitForJobAsync(job.JobId, Cancel);
            Assert.Equal((fails ? JobState.Failed : JobState.Completed, fails ? 1 : 0), (ended.Status, ended.Output.GetProperty("exit_code").GetInt32()));
            var log = await Cluster.GetJobLogsAsync(new JobLogsRequest(job.JobId) { Attempt = ended.Job.Attempt, Stream = JobLogStream.Stdout }, Cancel);
            string[] expected = [.. Enumerable.Range(1, LinesOfAScript).Select(number => $"line {number}"), $"{mark} last"];
            Assert.Equal(expected, log.Select(line => line.Line));
        }

        await worker.DisposeAsync();
        AssertNothingIsLeft(folder.FullName, mark);
        foreach (var (job, _) in jobs)
        {
            Assert.Empty(await ContainersOfAsync(job.JobId));
        }

        folder.Delete(recursive: true);
    }

    private static void AssertNothingIsLeft(string folder, string mark)
    {
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "runs")).SelectMany(Directory.GetFileSystemEntries));
        Assert.All(
            Directory.GetFiles(Path.Combine(folder, "git"), "*.use").Concat(Directory.GetFiles(Path.Combine(folder, "git"), "*.change")),
            path => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose());
        Assert.DoesNotContain(Directory.GetDirectories("/proc"), process => ReadCommandLine(process).Contains(mark, StringComparison.Ordinal));
    }

    private static string ReadCommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task<string> ContainersOfAsync(JobId job)
    {
        using var docker = Process.Start(
            new ProcessStartInfo("docker", ["ps", "--all", "--quiet", "--filter", $"label=mindtrace.job={job}"]) { RedirectStandardOutput = true })!;
        return await docker.StandardOutput.ReadToEndAsync(Cancel);
    }

    private async Task<ServiceProcess> StartScriptWorkerAsync(string folder, JobType type)
    {
        var worker = await cluster.StartWorkerProcessAsync(
            nameof(RunScriptWorker),
            ("Worker:JobTypes:0", type.Value),
            ("Worker:Concurrency", (ScriptsOfAKind * 2).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Worker:HeartbeatInterval", "00:00:01"),
            ("Worker:LeaseDuration", "00:00:05"),
            ("Scripts:Policy:AllowProcesses", "true"),
            ("Scripts:Policy:AllowFileRepositories", "true"),
            ("Scripts:Containers:AllowedImages:0", JobImage),
            ("Scripts:RunsDirectory", Path.Combine(folder, "runs")),
            ("Scripts:MirrorsDirectory", Path.Combine(folder, "git")));
        await Cluster.RegisterJobToWorkerAsync(type, worker.Url, Cancel);
        return worker;
    }
}
