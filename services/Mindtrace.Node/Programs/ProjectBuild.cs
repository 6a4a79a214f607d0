using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mindtrace.Environments;

namespace Mindtrace.Node.Programs;

/// <summary>Builds projects, in a child process that knows none of the node's settings and secrets.</summary>
internal sealed class ProjectBuild(IOptions<ProgramOptions> options, TimeProvider time)
{
    /// <summary>Publishes a project to a folder.</summary>
    /// <exception cref="ProgramException">It does not build, with the end of what the build wrote; or not in time.</exception>
    public async Task PublishAsync(string project, string folder, CancellationToken cancellationToken)
    {
        // Build servers would outlive the build, and with it the timeout.
        var start = new ProcessStartInfo(
            "dotnet", ["publish", project, "--configuration", "Release", "--output", folder, "--nologo", "--disable-build-servers"])
        {
            WorkingDirectory = Path.GetDirectoryName(project),
        };
        CleanEnvironment.ApplyTo(start);
        try
        {
            var result = await ChildProcess.RunAsync(start, options.Value.BuildTimeout, time, cancellationToken);
            if (result.ExitCode != 0)
            {
                throw new ProgramException(
                    $"{Path.GetFileName(project)} does not build. The build wrote last:\n{result.Output.TrimEnd()}\n{result.Error}".TrimEnd());
            }
        }
        catch (TimeoutException e)
        {
            throw new ProgramException($"{Path.GetFileName(project)} was not built within {options.Value.BuildTimeout}.", e);
        }
    }
}
