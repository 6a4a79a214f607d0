using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>Looks at what a container uses that the engine does not end it for.</summary>
/// <param name="engine">The engine.</param>
/// <param name="limits">What the container may use.</param>
/// <param name="time">The clock.</param>
/// <param name="processes">Where the system tells of its processes.</param>
internal sealed class ContainerWatch(ContainerEngine engine, ScriptLimits limits, TimeProvider time, string processes = "/proc")
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Waits until a container has met a limit.</summary>
    /// <param name="container">Its id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ContainerEnd> WaitForLimitAsync(string container, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var processes = WaitUntilOutOfProcessesAsync(container, ended.Token);
        var disk = WaitUntilOutOfDiskAsync(container, ended.Token);
        var first = await Task.WhenAny(processes, disk).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll((Task)processes, disk).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await first.ConfigureAwait(false);
    }

    // Only the container's control group tells of a process that the kernel refused. Where that cannot be read, for the engine is on another machine,
    // a container that has all the processes there are counts as wanting more.
    private async Task<ContainerEnd> WaitUntilOutOfProcessesAsync(string container, CancellationToken cancellationToken)
    {
        var group = await FindGroupAsync(container, cancellationToken).ConfigureAwait(false);
        await (group?.WaitUntilOutOfProcessesAsync(time, cancellationToken)
            ?? LookUntilAsync(() => HasAllProcessesAsync(container, cancellationToken), cancellationToken)).ConfigureAwait(false);
        return new ContainerEnd(ScriptVerdict.TooManyProcesses, $"It started more than {limits.Processes} processes and threads.");
    }

    private async Task<ContainerEnd> WaitUntilOutOfDiskAsync(string container, CancellationToken cancellationToken)
    {
        await LookUntilAsync(
            async () => await WrittenBytesAsync(container, cancellationToken).ConfigureAwait(false) > limits.DiskBytes, cancellationToken)
            .ConfigureAwait(false);
        return new ContainerEnd(ScriptVerdict.TooMuchDisk, $"It wrote more than {limits.DiskBytes} bytes to its disk.");
    }

    private async Task LookUntilAsync(Func<Task<bool>> isReached, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(LookInterval, time);
        bool found;
        do
        {
            await look.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                found = await isReached().ConfigureAwait(false);
            }
            catch (ContainerStepException)
            {
                // The container has just ended, or the engine is busy; what ends the run is seen by those who wait for it.
                found = false;
            }
        }
        while (!found);
    }

    private async Task<bool> HasAllProcessesAsync(string container, CancellationToken cancellationToken)
    {
        var answer = new LatestAnswer();
        await engine.CallAsync(ContainerStepException.Run, client => client.Containers.GetContainerStatsAsync(
            container, new ContainerStatsParameters { Stream = false, OneShot = true }, answer, cancellationToken)).ConfigureAwait(false);
        return answer.Value?.PidsStats is { Limit: > 0 } all && all.Current >= all.Limit;
    }

    private async Task<ControlGroup?> FindGroupAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            var found = await engine.CallAsync(ContainerStepException.Run, client => client.Containers.InspectContainerAsync(container, cancellationToken))
                .ConfigureAwait(false);
            var memberships = await File.ReadAllLinesAsync(Path.Join(processes, $"{found.State.Pid}", "cgroup"), cancellationToken).ConfigureAwait(false);
            var folders = ControlGroupMount.FoldersOf(memberships, "pids").Where(folder => File.Exists(Path.Join(folder, "pids.events"))).ToList();
            // On another machine this number may be that of another process.
            return folders.Count > 0 && memberships.Any(line => line.Contains(container, StringComparison.Ordinal)) ? new ControlGroup(folders) : null;
        }
        catch (Exception fault) when (fault is IOException or ContainerStepException)
        {
            return null;
        }
    }

    private async Task<long> WrittenBytesAsync(string container, CancellationToken cancellationToken)
    {
        var found = await engine.CallAsync(ContainerStepException.Run, client => client.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                Size = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["id"] = new Dictionary<string, bool> { [container] = true } },
            },
            cancellationToken)).ConfigureAwait(false);
        return found.Sum(it => it.SizeRw);
    }

    private sealed class LatestAnswer : IProgress<ContainerStatsResponse>
    {
        public ContainerStatsResponse? Value { get; private set; }

        public void Report(ContainerStatsResponse value) => Value = value;
    }
}
