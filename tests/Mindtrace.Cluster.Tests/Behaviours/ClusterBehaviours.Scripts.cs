using System.Text.Json;
using Mindtrace.Cluster.Tests.WorkerTypes;
using Mindtrace.Jobs;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>Scripts, run by the stock worker under the name that the original's class has.</summary>
public abstract partial class ClusterBehaviours
{
    private const string RunScriptWorker = "mindtrace.cluster.workers.run_script_worker.RunScriptWorker";

    private static string JobImage =>
        Environment.GetEnvironmentVariable("MINDTRACE_TEST_JOB_IMAGE") is { Length: > 0 } named ? named : "mindtrace-test/job:local";

    [Fact]
    public async Task RunScript_EmptyEnvironment_Fails()
    {
        var type = await LaunchScriptWorkerAsync();

        var failed = await RunScriptAsync(type, """{"environment": {}, "command": "echo hello"}""");

        Assert.Equal((JobState.Failed, "{}", 1), (failed.Status, failed.Output.GetRawText(), failed.Job.Attempt));
        Assert.Contains("environment", failed.Job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunScript_Git_Completes()
    {
        using var repository = new SampleRepository();
        var commit = repository.Commit("scripts/hello.sh", "echo hello; echo careful >&2");
        var type = await LaunchScriptWorkerAsync();

        var completed = await RunScriptAsync(type, GitJob(repository, "sh scripts/hello.sh"));

        Assert.Equal(JobState.Completed, completed.Status);
        AssertOutput(completed, "hello\n", "careful\n", 0, "exited");
        Assert.Equal(commit, completed.Output.GetProperty("commit").GetString());
    }

    /// <summary>The original says so with nothing but the code.</summary>
    [Fact]
    public async Task RunScript_CommandFails_IsFailedWithItsOutput()
    {
        using var repository = new SampleRepository();
        repository.Commit("file.txt", "");
        var type = await LaunchScriptWorkerAsync();

        var failed = await RunScriptAsync(type, GitJob(repository, "echo out; echo err >&2; exit 3"));

        Assert.Equal((JobState.Failed, "The command exited with code 3."), (failed.Status, failed.Job.Error));
        AssertOutput(failed, "out\n", "err\n", 3, "exited");
        var deadLetters = await Cluster.GetDeadLettersAsync(Cancel);
        Assert.Contains(deadLetters, job => job.JobId == failed.JobId && job.Output.GetProperty("exit_code").GetInt32() == 3);
    }

    [Fact]
    public async Task RunScript_Cancelled_IsCancelledWithWhatItHadWritten()
    {
        using var repository = new SampleRepository();
        repository.Commit("file.txt", "");
        var type = await LaunchScriptWorkerAsync();
        var mark = Path.Combine(Path.GetTempPath(), $"mindtrace-test-{Guid.NewGuid():N}");
        var job = await SubmitScriptAsync(type, GitJob(repository, $"echo begun; touch {mark}; sleep 600"));
        await UntilAsync(() => File.Exists(mark));
        File.Delete(mark);

        await Cluster.CancelJobAsync(job.JobId, Cancel);

        var cancelled = await EndOfAsync(job);
        Assert.Equal(JobState.Cancelled, cancelled.Status);
        AssertOutput(cancelled, "begun\n", "", 137, "cancelled");
    }

    [Fact]
    public async Task RunScript_Docker_Completes()
    {
        await ContainerRuntime.RequireAsync(Cancel, JobImage);
        var type = await LaunchScriptWorkerAsync();

        var completed = await RunScriptAsync(type, DockerJob("echo 'a' && echo 'b'"));

        Assert.Equal(JobState.Completed, completed.Status);
        AssertOutput(completed, "a\nb\n", "", 0, "exited");
    }

    [Fact]
    public async Task RunScript_GitThenDocker_OnOneWorker()
    {
        await ContainerRuntime.RequireAsync(Cancel, JobImage);
        using var repository = new SampleRepository();
        repository.Commit("hello.sh", "echo from git");
        var type = await LaunchScriptWorkerAsync();

        var git = await RunScriptAsync(type, GitJob(repository, "sh hello.sh"));
        var docker = await RunScriptAsync(type, DockerJob("echo from docker"));

        AssertOutput(git, "from git\n", "", 0, "exited");
        AssertOutput(docker, "from docker\n", "", 0, "exited");
        Assert.Equal(git.WorkerId, docker.WorkerId);
    }

    [Fact]
    public async Task RunScript_CallsItsWorkerAboutItsJob()
    {
        using var repository = new SampleRepository();
        repository.Commit("tell.sh", """
            address=${MINDTRACE_JOB_URL#http://}; address=${address%/}
            exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
            body='{"line":"told by itself"}'
            printf 'POST /write_job_log HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
              "$address" "$MINDTRACE_JOB_TOKEN" ${#body} "$body" >&3
            read -r -u 3 version status rest; echo "$status"
            """);
        var type = await LaunchScriptWorkerAsync();

        var completed = await RunScriptAsync(type, GitJob(repository, "bash tell.sh"));

        AssertOutput(completed, "200\n", "", 0, "exited");
        Assert.Contains("told by itself", await ReadAsync(new JobLogsRequest(completed.JobId)));
    }

    private static string GitJob(SampleRepository repository, string command) => JsonSerializer.Serialize(
        new { environment = new { git = new { repo_url = repository.Url.AbsoluteUri, branch = "main", working_dir = "" } }, command });

    private static string DockerJob(string command) => JsonSerializer.Serialize(new
    {
        environment = new
        {
            docker = new
            {
                image = JobImage, working_dir = "/tmp", environment = new { }, volumes = new { }, devices = Array.Empty<string>(),
            },
        },
        command,
    });

    private static void AssertOutput(JobStatus job, string stdout, string stderr, int exitCode, string verdict)
    {
        var output = job.Output;
        Assert.Equal(
            (stdout, stderr, exitCode, verdict),
            (output.GetProperty("stdout").GetString(), output.GetProperty("stderr").GetString(),
                output.GetProperty("exit_code").GetInt32(), output.GetProperty("verdict").GetString()));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            await look.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>Launches a worker with a policy that lets it run what tests ask for. A launched worker inherits the variables of its node.</summary>
    private async Task<JobType> LaunchScriptWorkerAsync()
    {
        Environment.SetEnvironmentVariable("Scripts__Policy__AllowProcesses", "true");
        Environment.SetEnvironmentVariable("Scripts__Policy__AllowFileRepositories", "true");
        Environment.SetEnvironmentVariable("Scripts__Containers__AllowedImages__0", JobImage);
        var type = NewType().Type;
        var name = WorkerTypeName.Parse($"script-{Guid.NewGuid():N}");
        await Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(name, RunScriptWorker) { JobType = type }, Cancel);
        await cluster.Node.LaunchReadyAsync(name.Value);
        return type;
    }

    private Task<JobStatus> SubmitScriptAsync(JobType type, string payload) =>
        Cluster.SubmitJobAsync(new Job { SchemaName = type, Payload = JsonElement.Parse(payload) }, Cancel).InTime();

    private async Task<JobStatus> RunScriptAsync(JobType type, string payload) => await EndOfAsync(await SubmitScriptAsync(type, payload));
}
