using Docker.DotNet;
using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>One command in one container, from the image to the removal.</summary>
/// <remarks>
/// The command is the container's own, not one that is executed in a container that idles: when it ends, all that it started ends with it, the
/// engine's word on memory and exit is about the command, killing is one call, and images without a shell will do.
/// </remarks>
internal sealed class ContainerRun(ContainerEngine engine, ContainerRequest request, ScriptCommand command, ScriptLimits limits, TimeProvider time)
{
    /// <summary>How long the last output of a command that was killed is waited for.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RemoveTimeout = TimeSpan.FromSeconds(30);

    // Named by us, so that it can be removed even if the engine's answer is lost.
    private readonly string _name = $"mindtrace-job-{Guid.NewGuid():N}";
    private string _id = "";
    private ImageInspectResponse? _image;
    private bool _mayExist;

    public async Task<ScriptResult> RunAsync(ImagePuller puller, ContainerOutput output, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = await PrepareAsync(puller, output, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var end = await RunToEndAsync(stream, output, cancellationToken).ConfigureAwait(false);
            return ResultOf(end.Verdict, end.ExitCode, output) with { Reason = end.Reason };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ResultOf(ScriptVerdict.Cancelled, null, output) with { Reason = "It was cancelled before it started." };
        }
        catch (ContainerStepException fault)
        {
            return ResultOf(ScriptVerdict.EnvironmentFailed, null, output) with { FailedStep = fault.Step, Reason = fault.Message };
        }
        finally
        {
            await RemoveAsync(output).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the container, and listens to it before it can say anything.</summary>
    private async Task<MultiplexedStream> PrepareAsync(ImagePuller puller, ContainerOutput output, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.SetupTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var step = ContainerStepException.Pull;
        try
        {
            _image = await puller.ProvideAsync(request, line => output.NoteAsync(line, either.Token), either.Token).ConfigureAwait(false);
            step = ContainerStepException.Create;
            _mayExist = true;
            // Not cancelled with the job: an engine that goes on without us would make what nobody removes.
            var created = request.For(_image, _name, ContainerLabels.Of(command, limits, time));
            _id = (await engine.CallAsync(step, client => client.Containers.CreateContainerAsync(created, limit.Token)).ConfigureAwait(false)).ID;
            return await engine.CallAsync(step, client => client.Containers.AttachContainerAsync(
                _id, tty: false, new ContainerAttachParameters { Stream = true, Stdout = true, Stderr = true }, either.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ContainerStepException(step, $"The environment was not made within {limits.SetupTimeout}.", fault);
        }
    }

    private async Task<ContainerEnd> RunToEndAsync(MultiplexedStream stream, ContainerOutput output, CancellationToken cancellationToken)
    {
        using var heard = new CancellationTokenSource();
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await engine.CallAsync(ContainerStepException.Start,
            client => client.Containers.StartContainerAsync(_id, new ContainerStartParameters(), CancellationToken.None)).ConfigureAwait(false);
        var exit = WaitForExitAsync(stream, output, heard.Token);
        var limit = new ContainerWatch(engine, limits, time).WaitForLimitAsync(_id, watched.Token);
        var timeout = Task.Delay(limits.RunTimeout, time, watched.Token);
        var told = TellPortsAsync(output, watched.Token);
        try
        {
            await Task.WhenAny(exit, limit, timeout).ConfigureAwait(false);
            if (exit.IsCompleted && await exit.ConfigureAwait(false) is { } exited)
            {
                // A command that cannot start a process often ends by that at once.
                return exited.ExitCode != 0 && limit.IsCompletedSuccessfully
                    ? await limit.ConfigureAwait(false) with { ExitCode = exited.ExitCode }
                    : exited;
            }

            await KillAsync().ConfigureAwait(false);
            await ((Task)exit).WaitAsync(DrainTimeout, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return cancellationToken.IsCancellationRequested ? new ContainerEnd(ScriptVerdict.Cancelled, "Its job was cancelled, or its worker stopped.")
                : timeout.IsCompletedSuccessfully ? new ContainerEnd(ScriptVerdict.TimedOut, $"It ran longer than {limits.RunTimeout}.")
                : limit.IsCompleted ? await limit.ConfigureAwait(false)
                : new ContainerEnd(ScriptVerdict.TooMuchOutput, $"It wrote more than {limits.OutputBytes} bytes of output.");
        }
        finally
        {
            await heard.CancelAsync().ConfigureAwait(false);
            await watched.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(exit, limit, timeout, told).WaitAsync(DrainTimeout, time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Hears the command to its end.</summary>
    /// <returns>How it ended; none when it wrote too much and runs on.</returns>
    private async Task<ContainerEnd?> WaitForExitAsync(MultiplexedStream stream, ContainerOutput output, CancellationToken cancellationToken)
    {
        if (!await output.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var exit = await engine.CallAsync(ContainerStepException.Run, client => client.Containers.WaitContainerAsync(_id, cancellationToken))
            .ConfigureAwait(false);
        var isOutOfMemory = exit.StatusCode != 0 && (await engine.CallAsync(ContainerStepException.Run,
            client => client.Containers.InspectContainerAsync(_id, cancellationToken)).ConfigureAwait(false)).State.OOMKilled;
        return ContainerEnd.OfExit(exit.StatusCode, isOutOfMemory, limits);
    }

    /// <summary>Tells where the published ports are reached: of a free one, nobody else can know.</summary>
    private async Task TellPortsAsync(ContainerOutput output, CancellationToken cancellationToken)
    {
        if (!request.HasPorts)
        {
            return;
        }

        var found = await engine.CallAsync(ContainerStepException.Run, client => client.Containers.InspectContainerAsync(_id, cancellationToken))
            .ConfigureAwait(false);
        foreach (var (port, hosts) in found.NetworkSettings.Ports)
        {
            foreach (var host in hosts ?? [])
            {
                await output.NoteAsync($"Port {port} is reached at {host.HostIP}:{host.HostPort}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task KillAsync()
    {
        using var limit = new CancellationTokenSource(RemoveTimeout, time);
        try
        {
            await engine.CallAsync(ContainerStepException.Run,
                client => client.Containers.KillContainerAsync(_id, new ContainerKillParameters(), limit.Token)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is ContainerStepException or OperationCanceledException)
        {
            // It has ended by itself in this moment. If not, its removal tries again.
        }
    }

    private async Task RemoveAsync(ContainerOutput output)
    {
        if (!_mayExist)
        {
            return;
        }

        using var limit = new CancellationTokenSource(RemoveTimeout, time);
        try
        {
            await engine.CallAsync(ContainerStepException.Run, client => client.Containers.RemoveContainerAsync(
                _name, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, limit.Token)).ConfigureAwait(false);
        }
        catch (ContainerStepException fault) when (fault.InnerException is DockerContainerNotFoundException)
        {
            // It was never made.
        }
        catch (Exception fault) when (fault is ContainerStepException or OperationCanceledException)
        {
            await output.NoteAsync($"The container {_name} is left over until the worker looks for such: {fault.Message}", CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    private ScriptResult ResultOf(ScriptVerdict verdict, int? exitCode, ContainerOutput output) =>
        new(verdict, exitCode, output.Stdout, output.Stderr)
        {
            ImageDigest = _image is null ? null : request.Image.DigestOf(_image),
            PinnedImage = _image is null ? null : request.Image.PinnedNameOf(_image),
        };
}
