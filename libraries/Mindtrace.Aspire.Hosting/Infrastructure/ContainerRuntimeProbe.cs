using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Mindtrace.Hosting.Infrastructure;

/// <summary>
/// Finds out whether a container runtime answers, before anything depends on one:
/// the orchestrator itself would wait a minute for one that is not there, then give up.
/// </summary>
internal static class ContainerRuntimeProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static ContainerRuntime Ask(IConfiguration configuration)
    {
        // The orchestrator's own setting: whoever made this choice wants no other runtime.
        var chosen = configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"];
        string[] candidates = string.IsNullOrWhiteSpace(chosen) ? ["docker", "podman"] : [chosen];

        var findings = new List<string>();
        foreach (var candidate in candidates)
        {
            if (Ask(candidate) is not { } refusal)
            {
                return new ContainerRuntime(candidate, $"{candidate} answers");
            }

            findings.Add($"{candidate}: {refusal}");
        }

        return new ContainerRuntime(null, string.Join("; ", findings));
    }

    /// <returns>Why the runtime cannot be used, or <see langword="null"/> when it can.</returns>
    private static string? Ask(string runtime)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(runtime, "info") { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return "not installed";
        }

        // Read, so that a long answer does not fill the pipe and stall the process.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return $"no answer within {Patience.TotalSeconds:0} s";
        }

        return process.ExitCode == 0 ? null : "installed, but not running";
    }
}
