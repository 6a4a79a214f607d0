using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Worker.Scripts;

/// <summary>Runs commands in fresh environments: checkouts of git repositories, containers.</summary>
[WorkerParameters<RunScriptParameters>]
internal sealed class RunScriptWorker(
    IScriptRunner<GitEnvironment> git, IScriptRunner<ContainerEnvironment> containers, ScriptLimits limits, RunScriptParameters parameters)
    : Worker<RunScriptWorkerInput, RunScriptWorkerOutput>
{
    /// <summary>Removes what a worker that was killed left behind on this machine.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await git.RemoveOrphansAsync(cancellationToken);
        await containers.RemoveOrphansAsync(cancellationToken);
    }

    public override async Task<RunScriptWorkerOutput> RunAsync(RunScriptWorkerInput input, JobContext context, CancellationToken cancellationToken)
    {
        ScriptResult result;
        try
        {
            result = await RunAsync(input, new JobScriptOutput(context), context, cancellationToken);
        }
        catch (ScriptRefusedException refused)
        {
            throw new JobFailedException(refused.Message) { IsFinal = true };
        }

        Tell(context, result);
        var output = RunScriptWorkerOutput.Of(result);
        return result switch
        {
            { Succeeded: true } => output,
            { Verdict: ScriptVerdict.Cancelled } when cancellationToken.IsCancellationRequested => throw new JobStoppedException(output),
            _ => throw new JobFailedException(ReasonOf(result)) { Output = output },
        };
    }

    private async Task<ScriptResult> RunAsync(
        RunScriptWorkerInput input, JobScriptOutput output, JobContext context, CancellationToken cancellationToken)
    {
        var command = input.CommandOf(context.JobId);
        var capability = await context.GetCapabilityAsync(cancellationToken);
        var bounds = (input.Limits ?? new ScriptLimitsRequest()).Lower(limits);
        return input.Environment switch
        {
            { Git: { } source, Docker: null } =>
                await git.RunAsync(
                    source with { Setup = input.SetupCommands(), Environment = capability.AddTo(source.Environment) },
                    command, bounds, output, cancellationToken),
            { Docker: { } source, Git: null } =>
                await containers.RunAsync(
                    source with
                    {
                        Devices = source.Devices is { Count: > 0 } named ? named : parameters.DeviceIds(),
                        Environment = capability.AddTo(source.Environment),
                    },
                    command, bounds, output, cancellationToken),
            _ => throw new ScriptRefusedException("environment", "The environment must be one of git and docker."),
        };
    }

    /// <summary>Notes what ran in place of a branch or a tag: a replay runs just that.</summary>
    private static void Tell(JobContext context, ScriptResult result)
    {
        if (result.Commit is { } commit)
        {
            context.ReportFact("commit", commit);
            context.PinPayload(JsonSerializer.SerializeToElement(new { environment = new { git = new { commit } } }));
        }

        if (result.ImageDigest is { } digest)
        {
            context.ReportFact("image_digest", digest);
        }

        if (result.PinnedImage is { } image)
        {
            context.PinPayload(JsonSerializer.SerializeToElement(new { environment = new { docker = new { image } } }));
        }
    }

    private static string ReasonOf(ScriptResult result) => result switch
    {
        { Verdict: ScriptVerdict.Exited } => $"The command exited with code {result.ExitCode}.",
        { FailedStep: { } step } => $"The environment could not be made ({step}): {result.Reason}",
        _ => result.Reason ?? $"The command ended: {result.Verdict}.",
    };
}
