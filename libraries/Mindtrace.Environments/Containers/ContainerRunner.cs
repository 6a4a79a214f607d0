using Docker.DotNet;
using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>Runs commands in containers of this machine's engine, each in a fresh one that is removed afterwards.</summary>
/// <remarks>
/// A container has no capabilities, cannot gain privileges, shares no namespace with the host, and is held to its <see cref="ScriptLimits"/>.
/// docs/scripts.md tells what that keeps out, and what not.
/// </remarks>
public sealed class ContainerRunner : IScriptRunner<ContainerEnvironment>, IDisposable
{
    private readonly ContainerPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ContainerEngine _engine;
    private readonly VolumeRules _volumes;

    /// <summary>Creates the runner. The engine is not called yet.</summary>
    /// <param name="policy">What jobs may ask for.</param>
    /// <param name="time">The clock of the limits.</param>
    public ContainerRunner(ContainerPolicy policy, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _time = time;
        _engine = new ContainerEngine(policy);
        _volumes = new VolumeRules(policy, _engine.Address);
    }

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(
        ContainerEnvironment environment, ScriptCommand command, ScriptLimits limits, IScriptOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(limits);
        var request = ContainerRequest.Create(environment, command, limits, _policy, _volumes);
        using var heard = new ContainerOutput(limits, output);
        var run = new ContainerRun(_engine, request, command, limits, _time);
        using var span = EnvironmentsTelemetry.BeginContainer(request.Image.FullName, command.JobId);
        var result = await run.RunAsync(new ImagePuller(_engine, _policy), heard, cancellationToken).ConfigureAwait(false);
        EnvironmentsTelemetry.SetResult(span, result);
        return result;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Removed are containers whose owner on this machine is dead, and those that should have been gone long ago, whoever made them. Without an
    /// engine there are none.
    /// </remarks>
    public async Task<int> RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        IList<ContainerListResponse> ours;
        try
        {
            ours = await _engine.CallAsync(ContainerStepException.Run, client => client.Containers.ListContainersAsync(
                new ContainersListParameters
                {
                    All = true,
                    Filters = new Dictionary<string, IDictionary<string, bool>>
                    {
                        ["label"] = new Dictionary<string, bool> { [ContainerLabels.Owner] = true },
                    },
                },
                cancellationToken)).ConfigureAwait(false);
        }
        catch (ContainerStepException)
        {
            return 0;
        }

        var removed = 0;
        foreach (var orphan in ours.Where(container => ContainerLabels.TellOrphan(container.Labels, _time)))
        {
            try
            {
                await _engine.CallAsync(ContainerStepException.Run, client => client.Containers.RemoveContainerAsync(
                    orphan.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken)).ConfigureAwait(false);
                removed++;
            }
            catch (ContainerStepException fault) when (fault.InnerException is DockerApiException)
            {
                // Another worker of this machine removes it in this moment.
            }
        }

        return removed;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
