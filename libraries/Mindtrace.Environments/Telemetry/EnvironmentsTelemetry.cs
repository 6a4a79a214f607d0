using System.Diagnostics;
using System.Text.Json;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>The spans of environments. docs/telemetry.md lists them; a change here changes it.</summary>
public static class EnvironmentsTelemetry
{
    /// <summary>The name of the activity source.</summary>
    public const string Name = "Mindtrace.Environments";

    private const string ImageTag = "container.image.name";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins the span of a command in a container, from the image to the removal.</summary>
    internal static Activity? BeginContainer(string image, string? jobId) =>
        Source.StartActivity("run container")?.SetTag(ImageTag, image).SetTag("mindtrace.job.id", jobId);

    /// <summary>Begins the span of a pull.</summary>
    internal static Activity? BeginPull(string image) => Source.StartActivity("pull image", ActivityKind.Client)?.SetTag(ImageTag, image);

    /// <summary>Adds to a span how its command ended. What it wrote is in no span.</summary>
    internal static void SetResult(Activity? span, ScriptResult result)
    {
        span?.SetTag("mindtrace.script.verdict", JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Verdict.ToString()))
            .SetTag("mindtrace.script.failed_step", result.FailedStep)
            .SetTag("container.image.repo_digest", result.ImageDigest)
            .SetTag("process.exit.code", result.ExitCode)
            .SetStatus(result.Succeeded ? ActivityStatusCode.Unset : ActivityStatusCode.Error, result.Succeeded ? null : result.Reason);
    }
}
