using System.Text.Json;
using System.Text.Json.Serialization;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Worker.Scripts;

/// <summary>What a <see cref="RunScriptWorker"/> sends back.</summary>
/// <param name="Stdout">The end of the command's standard output.</param>
/// <param name="Stderr">The end of its standard error.</param>
/// <param name="ExitCode">Its exit code; none when it was never started.</param>
/// <param name="Verdict">How it ended, such as <c>exited</c>.</param>
/// <param name="FailedStep">The step at which the environment could not be made.</param>
/// <param name="Reason">Why it ended, if not by itself.</param>
/// <param name="Commit">The commit that was run.</param>
/// <param name="ImageDigest">The digest of the image that was run.</param>
internal sealed record RunScriptWorkerOutput(
    string Stdout, string Stderr, int? ExitCode, [property: JsonConverter(typeof(RunScriptWorkerOutput.VerdictForm))] ScriptVerdict Verdict,
    string? FailedStep, string? Reason, string? Commit, string? ImageDigest)
{
    public static RunScriptWorkerOutput Of(ScriptResult result) => new(
        result.Stdout, result.Stderr, result.ExitCode, result.Verdict, result.FailedStep, result.Reason, result.Commit, result.ImageDigest);

    internal sealed class VerdictForm() : JsonStringEnumConverter<ScriptVerdict>(JsonNamingPolicy.SnakeCaseLower);
}
