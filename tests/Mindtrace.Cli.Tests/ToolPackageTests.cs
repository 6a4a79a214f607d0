using System.Diagnostics;
using System.Reflection;

namespace Mindtrace.Cli.Tests;

/// <summary>The program as people get it: packed, installed, run by its name.</summary>
public sealed class ToolPackageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tool_PackedAndInstalled_RunsAndCompletes()
    {
        var folder = Directory.CreateTempSubdirectory("mindtrace-test-tool-");
        try
        {
            var (packages, tools) = (folder.CreateSubdirectory("packages").FullName, folder.CreateSubdirectory("tools").FullName);
            var project = Path.Combine(Metadata("RepositoryRoot"), "clients", "Mindtrace.Cli");
            await RunAsync("dotnet", "pack", project, "--no-build", "--configuration", Metadata("Configuration"), "--output", packages, "--nologo");
            await RunAsync("dotnet", "tool", "install", "Mindtrace.Cli", "--tool-path", tools, "--add-source", packages, "--no-cache");
            var mindtrace = Path.Combine(tools, "mindtrace");

            Assert.Equal(["job-types", "jobs"], (await RunAsync(mindtrace, "[suggest:13]", "mindtrace job")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("Exit codes:", await RunAsync(mindtrace, "--help"), StringComparison.Ordinal);
            Assert.Contains("complete -F", await RunAsync(mindtrace, "completion", "bash"), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Metadata(string key) =>
        typeof(ToolPackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}
