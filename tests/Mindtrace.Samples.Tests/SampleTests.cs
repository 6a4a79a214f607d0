using System.Diagnostics;
using Mindtrace.Services;

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
    public async Task UnknownSample_NamesThoseThatThereAre()
    {
        var (exitCode, output) = await RunAsync("nonsense");
        Assert.Equal(2, exitCode);
        Assert.Contains("gateway, prelaunched-worker", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string sample)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var program = ServiceProgram.Of("Mindtrace.Samples.Cluster", typeof(SampleTests).Assembly);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, sample])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
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
