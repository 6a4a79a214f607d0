using System.ComponentModel;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Node.Logs;
using Mindtrace.Node.Membership;
using Mindtrace.Node.Processes;
using Mindtrace.Node.Programs;
using Mindtrace.Node.State;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Watches over workers, each from its start to its end: starts it, starts it again when it crashes, and stops it when asked.</summary>
internal sealed partial class WorkerSupervisor(
    ClusterMembership membership, ProgramCatalog catalog, WorkerCommand command, WorkerProbe probe, ExitReporter exits, NodeFolder folder, Launches launches,
    OutputCarrier carrier, IOptions<LaunchOptions> options, TimeProvider time, ILogger<WorkerSupervisor> logger) : IDisposable
{
    private const int TailLines = 40;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _starts = new(options.Value.MaxConcurrentLaunches);

    /// <summary>Starts a worker and watches over it until nothing is left of it.</summary>
    public Task LaunchAsync(Launch launch, CancellationToken nodeStopping) =>
        OwnAsync(launch, () => StartAsync(launch), nodeStopping);

    /// <summary>Watches over a worker that an earlier run of this node started, if it still lives and answers; else what is left of it is cleared away.</summary>
    public Task AdoptAsync(Launch launch, ProcessIdentity process, CancellationToken nodeStopping) =>
        OwnAsync(launch, () => AdoptAsync(launch, process), nodeStopping);

    public void Dispose() => _starts.Dispose();

    private async Task OwnAsync(Launch launch, Func<Task> begin, CancellationToken nodeStopping)
    {
        try
        {
            await begin();
            await SuperviseAsync(launch);
        }
        catch (OperationCanceledException) when (launch.Stopping.IsCancellationRequested)
        {
            await StopProcessAsync(launch);
            if (launch.Status.Status != LaunchState.Ready)
            {
                launch.Failed("The worker was shut down before it was ready.");
            }
        }
        catch (Exception fault)
        {
            LogFailed(launch.DisplayName, fault.Message, IsExpected(fault) ? null : fault);
            await StopProcessAsync(launch);
            launch.Failed(fault.Message);
        }
        finally
        {
            launch.End();
        }

        await launch.Carrying;
        await ReportEndAsync(launch, nodeStopping);

        // Not before its end is heard: a node that is killed meanwhile reports it on its next start.
        folder.Remove(launch.Id);
        launches.End(launch);
    }

    /// <summary>Watches over a worker that is ready, and starts it again as often as it crashes, until it ends in good order.</summary>
    private async Task SuperviseAsync(Launch launch)
    {
        var restarts = new RestartPolicy(options.Value);
        while (true)
        {
            var (process, readyAt) = (launch.Process!, time.GetTimestamp());
            await process.Exited.WaitAsync(launch.Stopping);
            LogEnded(launch.DisplayName, process.Identity.Id, process.ExitReason);
            if (process.EndedInGoodOrder)
            {
                return;
            }

            await RestartAsync(launch, restarts, time.GetElapsedTime(readyAt));
        }
    }

    /// <summary>Starts a crashed worker until it is ready again.</summary>
    /// <exception cref="LaunchFailedException">It has crashed too often.</exception>
    private async Task RestartAsync(Launch launch, RestartPolicy restarts, TimeSpan readyFor)
    {
        var reason = $"Server: {launch.Process!.ExitReason}. {LastWords(launch)}";
        while (restarts.Next(readyFor) is { } delay)
        {
            // First of all: what it ran is to go on elsewhere, and nobody is to take the next process for this one.
            await exits.ReportAsync(launch.Outputs[^1].WorkerId, launch.Process!.ExitReason, launch.Stopping);
            launch.Restarting(LaunchedWorkerKey.NewWorker(time.GetUtcNow()));
            LogRestarting(launch.DisplayName, delay, restarts.Restarts);
            await Task.Delay(delay, time, launch.Stopping);
            try
            {
                await StartAsync(launch);
                return;
            }
            catch (Exception fault) when (IsExpected(fault))
            {
                (reason, readyFor) = (fault.Message, TimeSpan.Zero);
            }
        }

        throw new LaunchFailedException($"The worker crashed, and is given up after {restarts.Restarts} restarts. {reason}");
    }

    /// <summary>Starts the worker's process and waits until it is ready.</summary>
    /// <exception cref="LaunchFailedException">It cannot be started, or did not become ready; nothing runs any more.</exception>
    private async Task StartAsync(Launch launch)
    {
        await _starts.WaitAsync(launch.Stopping);
        try
        {
            launch.Running();
            var member = await membership.GetAsync(launch.Stopping);
            var definition = await catalog.FindAsync(launch.Request.WorkerType, launch.Stopping)
                ?? throw new LaunchFailedException($"Object worker:{launch.Request.WorkerType}@1.0.0 not found.");
            var log = folder.LogOf(launch.WorkerId);
            var program = await command.ForAsync(definition, launch, member, launch.Stopping);
            var process = DetachedStart.Start(program, log.FilePath, identity =>
                folder.Save(new LaunchRecord(launch.Id, launch.Request, launch.Url!, launch.WorkerId, identity)
                {
                    Gpus = launch.Reservation.Gpus,
                }));
            await launch.Carrying;
            launch.Carrying = carrier.CarryAsync(launch.Own(process, log), launch.DisplayName, fromStart: true);
            LogStarted(launch.DisplayName, process.Identity.Id, launch.Url!);
            await BecomeReadyAsync(launch, process, member.KeyOf(launch.WorkerId));
        }
        finally
        {
            _starts.Release();
        }
    }

    private async Task BecomeReadyAsync(Launch launch, WorkerProcess process, string key)
    {
        using var limit = new CancellationTokenSource(options.Value.LaunchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, launch.Stopping);
        try
        {
            while (!process.Exited.IsCompleted)
            {
                if (await probe.IsReadyAsync(launch.Url!, launch.WorkerId, key, either.Token))
                {
                    launch.Ready();
                    return;
                }

                await Task.Delay(LookInterval, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !launch.Stopping.IsCancellationRequested)
        {
            await process.StopAsync(TimeSpan.Zero, time);
            throw new LaunchFailedException($"The worker was not ready within {options.Value.LaunchTimeout}. {LastWords(launch)}");
        }

        LogEnded(launch.DisplayName, process.Identity.Id, process.ExitReason);
        throw new LaunchFailedException($"Server: {process.ExitReason}. {LastWords(launch)}");
    }

    private async Task AdoptAsync(Launch launch, ProcessIdentity identity)
    {
        var process = WorkerProcess.Find(identity, time);
        launch.Carrying = carrier.CarryAsync(launch.Own(process, folder.LogOf(launch.WorkerId)), launch.DisplayName, fromStart: false);

        // The key to ask the worker with comes from the manager; until it does, the worker is left alone.
        var member = await membership.GetAsync(launch.Stopping);
        using var limit = new CancellationTokenSource(options.Value.AdoptionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, launch.Stopping);
        try
        {
            while (!process.Exited.IsCompleted)
            {
                // Not whether it is well: while its store is away a worker goes on with what it runs, and is to be left alone.
                if (await probe.AnswersAsync(launch.Url!, launch.WorkerId, member.KeyOf(launch.WorkerId), either.Token))
                {
                    launch.Ready();
                    LogAdopted(launch.DisplayName, identity.Id, launch.Url!);
                    return;
                }

                await Task.Delay(LookInterval, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !launch.Stopping.IsCancellationRequested)
        {
            await StopProcessAsync(launch);
        }

        throw new LaunchFailedException($"The worker did not outlive the crash of its node. {LastWords(launch)}");
    }

    private async Task StopProcessAsync(Launch launch)
    {
        if (launch.Process is { } process && !await process.StopAsync(options.Value.StopTimeout, time))
        {
            LogKilled(launch.DisplayName, options.Value.StopTimeout);
        }
    }

    private async Task ReportEndAsync(Launch launch, CancellationToken nodeStopping)
    {
        if (launch.Process is not { } process)
        {
            return;
        }

        try
        {
            await exits.ReportAsync(launch.Outputs[^1].WorkerId, process.ExitReason, nodeStopping);
        }
        catch (OperationCanceledException) when (nodeStopping.IsCancellationRequested)
        {
            // Its leases lapse, and then the manager finds out by itself.
        }
    }

    private static bool IsExpected(Exception fault) =>
        fault is LaunchFailedException or ProgramException or RegistryException or Win32Exception or IOException or UnauthorizedAccessException;

    private static string LastWords(Launch launch) => $"It wrote last:\n{string.Join('\n', launch.Outputs[^1].Log.ReadTail(TailLines))}";

    [LoggerMessage(LogLevel.Information, "Worker {Worker} started as process {ProcessId} at {WorkerUrl}")]
    private partial void LogStarted(string worker, int processId, Uri workerUrl);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} of an earlier run still lives as process {ProcessId} at {WorkerUrl} and is adopted")]
    private partial void LogAdopted(string worker, int processId, Uri workerUrl);

    [LoggerMessage(LogLevel.Information, "Worker {Worker}, process {ProcessId}: {Reason}")]
    private partial void LogEnded(string worker, int processId, string reason);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} crashed; it is started again in {Delay}, restart {Restart}")]
    private partial void LogRestarting(string worker, TimeSpan delay, int restart);

    [LoggerMessage(LogLevel.Error, "Worker {Worker} failed: {Reason}")]
    private partial void LogFailed(string worker, string reason, Exception? fault);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} did not end within {Timeout} and was killed")]
    private partial void LogKilled(string worker, TimeSpan timeout);
}
