using System.Diagnostics;
using System.Reflection;

namespace Mindtrace.Cli.Tests;

/// <summary>The program as people get it: packed, installed, run by its name, and completed by their shells.</summary>
public sealed class ToolPackageTests
{
    private const string CompleteInBash =
        """
        source <(mindtrace completion bash)
        COMP_LINE='mindtrace job' COMP_POINT=13 COMP_WORDS=(mindtrace job) COMP_CWORD=1
        _mindtrace
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    // A shell with somebody before it, who presses Tab: what completes is in no other.
    private const string CompleteInZsh =
        """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'autoload -Uz compinit && compinit -u -D && source <(mindtrace completion zsh) && echo REA""DY'
        zpty -r -m shell text '*READY*'
        zpty -w -n shell $'mindtrace job-t\t'
        zpty -r -m shell text '*job-types*' && echo completed
        zpty -d shell
        """;

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
            Assert.Equal(["job-types", "jobs"], (await RunInAsync(tools, "bash", "-c", CompleteInBash)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal("completed", (await RunInAsync(tools, "zsh", "-f", "-c", CompleteInZsh)).Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Metadata(string key) =>
        typeof(ToolPackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static Task<string> RunAsync(string program, params string[] arguments) => RunInAsync(tools: null, program, arguments);

    /// <summary>Runs a program that finds those of a folder by their names.</summary>
    private static async Task<string> RunInAsync(string? tools, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{tools}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}
