using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Node.Membership;
using Mindtrace.Node.Programs;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Launches workers as child processes, watches over them, and stops them with the node.</summary>
internal sealed partial class WorkerLauncher(
    ClusterMembership membership, ClusterClient manager, PeerClients peers, WorkerCommand command, IOptions<LaunchOptions> options,
    TimeProvider time, ILoggerFactory loggers) : IHostedService, IDisposable
{
    private static readonly TimeSpan ReadyLookInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<WorkerLauncher>();
    private readonly ConcurrentDictionary<Guid, Launch> _launches = new();
    private readonly ConcurrentDictionary<Guid, Task> _lives = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _ports = new();

    /// <summary>Begins a launch.</summary>
    /// <returns>The id under which to ask how it goes.</returns>
    public Guid Begin(LaunchWorkerRequest request)
    {
        var id = Guid.NewGuid();
        Launch launch;
        lock (_ports)
        {
            launch = new Launch(id, request, request.WorkerUrl ?? FindUrl());
            if (request.WorkerUrl is { } asked && !IsFree(asked))
            {
                // Whoever answers there would be taken for the worker, even after its own process has failed for want of the port.
                launch.Failed($"Port {asked.Port} of the worker URL {asked} is taken.");
            }

            _launches[id] = launch;
        }

        if (launch.Status.Status == LaunchState.Pending)
        {
            _lives[id] = LiveAsync(launch);
        }

        return id;
    }

    /// <exception cref="LaunchNotFoundException">There is no such launch.</exception>
    public LaunchStatus Status(Guid id) => _launches.TryGetValue(id, out var launch) ? launch.Status : throw new LaunchNotFoundException(id);

    /// <summary>Stops workers, and waits until they have ended.</summary>
    public async Task StopWorkersAsync(Func<Launch, bool> filter, CancellationToken cancellationToken)
    {
        var stops = _launches.Values.Where(filter).Select(launch => launch.Process?.StopAsync(options.Value.StopTimeout, time) ?? Task.CompletedTask);
        await Task.WhenAll(stops).WaitAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await StopWorkersAsync(_ => true, CancellationToken.None);
        await Task.WhenAll(_lives.Values);
    }

    public void Dispose() => _stopping.Dispose();

    private Uri? FindUrl() => options.Value.Ports.FindFree(TakenPorts()) is { } port ? new Uri($"http://localhost:{port}/") : null;

    private bool IsFree(Uri url) => new PortRange(url.Port, url.Port).FindFree(TakenPorts()) is not null;

    private HashSet<int> TakenPorts() =>
        [.. _launches.Values.Where(launch => launch.HoldsPort && launch.Url is not null).Select(launch => launch.Url!.Port)];

    /// <summary>Follows a worker from its launch to its end.</summary>
    private async Task LiveAsync(Launch launch)
    {
        try
        {
            if (launch.Url is null)
            {
                launch.Failed($"No worker ports available in range {options.Value.Ports}");
                return;
            }

            launch.Running();
            var member = await membership.GetAsync(_stopping.Token);
            if (await member.WorkerTypes.FindAsync(launch.Request.WorkerType, _stopping.Token) is not { } definition)
            {
                launch.Failed($"Object worker:{launch.Request.WorkerType}@1.0.0 not found.");
                return;
            }

            var name = launch.Request.WorkerName ?? launch.Request.WorkerType.Value;
            var start = await command.ForAsync(definition, launch, member, _stopping.Token);
            launch.Process = WorkerProcess.Start(start, name, loggers.CreateLogger("Mindtrace.Node.Workers"));
            LogStarted(name, launch.Process.Id, launch.Url);
            await BecomeReadyAsync(launch, launch.Process, launch.Url);
            await launch.Process.Exited;
            LogEnded(name, launch.Process.Id, launch.Process.ExitReason);
            await ReportExitAsync(launch, launch.Process);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It may have been started after the node had stopped those that it knew of.
            if (launch.Process is { } started)
            {
                await started.StopAsync(options.Value.StopTimeout, time);
            }

            launch.Failed("The node was shut down.");
        }
        catch (Exception fault) when (fault is RegistryException or ProgramException or System.ComponentModel.Win32Exception)
        {
            launch.Failed(fault.Message);
        }
    }

    private async Task BecomeReadyAsync(Launch launch, WorkerProcess process, Uri url)
    {
        using var limit = new CancellationTokenSource(options.Value.LaunchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            while (!process.HasExited)
            {
                if (await IsReadyAsync(launch, url, either.Token))
                {
                    launch.Ready();
                    return;
                }

                await Task.Delay(ReadyLookInterval, time, either.Token);
            }

            // The end of the process comes before the end of its output.
            await process.Exited;
            launch.Failed($"Server: {process.ExitReason}. It wrote last:\n{process.Tail}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            await process.StopAsync(TimeSpan.Zero, time);
            launch.Failed($"The worker was not ready within {options.Value.LaunchTimeout}. It wrote last:\n{process.Tail}");
        }
    }

    /// <summary>Tells whether the launched worker, and nobody else, answers at its URL, registered and consuming.</summary>
    private async Task<bool> IsReadyAsync(Launch launch, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return await peers.IsWellAsync(url, "health", cancellationToken)
                && (await peers.To(url).CallAsync(ServiceOperations.ServerId, cancellationToken)).ServerId == launch.WorkerId;
        }
        catch (Exception fault) when (fault is OperationException or ServiceUnreachableException)
        {
            return false;
        }
    }

    /// <summary>Tells the manager at once, so that what the worker ran goes on elsewhere; repeated until it is heard.</summary>
    private async Task ReportExitAsync(Launch launch, WorkerProcess process)
    {
        var exit = new ReportWorkerExitRequest(WorkerId.Parse(launch.WorkerId.ToString()), process.ExitReason);
        while (true)
        {
            using var limit = new CancellationTokenSource(ReportTimeout, time);
            try
            {
                await manager.ReportWorkerExitAsync(exit, limit.Token);
                return;
            }
            catch (Exception fault) when (fault is OperationException or ServiceUnreachableException or OperationCanceledException)
            {
                LogExitUnheard(exit.WorkerId, fault.Message);
                await Task.Delay(RetryDelay, time, _stopping.Token);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Worker {Worker} started as process {ProcessId} at {WorkerUrl}")]
    private partial void LogStarted(string worker, int processId, Uri workerUrl);

    [LoggerMessage(LogLevel.Information, "Worker {Worker}, process {ProcessId}: {Reason}")]
    private partial void LogEnded(string worker, int processId, string reason);

    [LoggerMessage(LogLevel.Warning, "The manager has not heard yet that worker {WorkerId} ended: {Reason}")]
    private partial void LogExitUnheard(WorkerId workerId, string reason);
}
