using System.Diagnostics;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Samples.Tests;

/// <summary>Each sample, run as its reader would run it, says what it is to show.</summary>
public sealed class SampleTests
{
    // A worker from git is cloned and built first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("gateway", """Job Completed by echo/run: {"echoed":"Hello gateway"}""")]
    [InlineData("prelaunched-worker", "Job Running {}, worker Running, asked itself Running", """Job Completed {"echoed":"Hello worker"}, worker Idle, asked itself Idle""")]
    [InlineData("node", "Job Queued", """Job Completed: {"echoed":"Hello node"}""")]
    [InlineData("two-nodes", """left_job Completed: {"echoed":"Hello left"}""", """right_job Completed: {"echoed":"Hello right"}""")]
    [InlineData("many-processes", "9 of 9 jobs completed")]
    [InlineData("package-worker", """Job Completed: {"echoed":"PACKAGE PACKAGE"}""")]
    [InlineData("git-worker", """Job Completed: {"echoed":"GIT"}""")]
    [InlineData("queues", "3 jobs wait", "1 + 2 = 3", "2 more have run", "high runs")]
    public async Task Sample_Run_SaysWhatItShows(string sample, params string[] expected)
    {
        var (exitCode, output) = await RunAsync(sample);
        Assert.True(exitCode == 0, output);
        var lines = output.Split('\n', StringSplitOptions.TrimEntries);
        Assert.All(expected, line => Assert.Contains(line, lines));
    }

    [Fact]
    public async Task ScriptsSample_Run_ShowsBothJobs()
    {
        var image = Environment.GetEnvironmentVariable("MINDTRACE_TEST_JOB_IMAGE") is { Length: > 0 } named ? named : "mindtrace-test/job:local";
        await ContainerRuntime.RequireAsync(TestContext.Current.CancellationToken, image);

        var (exitCode, output) = await RunAsync("scripts", ("MINDTRACE_SAMPLE_IMAGE", image));

        Assert.True(exitCode == 0, output);
        Assert.Contains("Job in git Completed: # Architecture", output, StringComparison.Ordinal);
        Assert.Contains("Job in docker Completed: hello from /tmp", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownSample_NamesThoseThatThereAre()
    {
        var (exitCode, output) = await RunAsync("nonsense");
        Assert.Equal(2, exitCode);
        Assert.Contains("gateway, prelaunched-worker", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string sample, params (string Name, string Value)[] variables)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var program = ServiceProgram.Of("Mindtrace.Samples.Cluster", typeof(SampleTests).Assembly);
        var start = new ProcessStartInfo("dotnet", [program, sample]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
