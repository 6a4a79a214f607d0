using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Node.Ports;
using Mindtrace.Node.Resources;
using Mindtrace.Node.State;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Begins launches, ends workers, and takes over those that an earlier run of this node has left.</summary>
internal sealed partial class WorkerLauncher(
    Launches launches, WorkerSupervisor supervisor, PortLeases ports, NodeReservations reservations, Gpus gpus, NodeFolder folder, ServiceAddress address,
    IOptions<LaunchOptions> options, TimeProvider time, ILogger<WorkerLauncher> logger) : BackgroundService
{
    private readonly TaskCompletionSource<(Uri Node, CancellationToken Stopping)> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins a launch. It may fail at once; its status tells.</summary>
    /// <returns>The id under which to ask how it goes.</returns>
    /// <exception cref="InvalidRequestException">The worker is to be on another machine.</exception>
    /// <exception cref="NodeFullException">It needs more than the node has left.</exception>
    public async Task<Guid> BeginAsync(LaunchWorkerRequest request, CancellationToken cancellationToken)
    {
        var (node, stopping) = await _ready.Task.WaitAsync(cancellationToken);
        if (request.WorkerUrl is { } wanted && !NodeHosts.IsOwn(wanted, node))
        {
            throw new InvalidRequestException("worker_url", NodeHosts.Rule);
        }

        var reservation = reservations.Take(request.Needs ?? new WorkerNeeds());
        var port = request.WorkerUrl is { } asked ? ports.TryTake(asked.Port) : ports.TakeFirst(options.Value.Ports);
        var url = request.WorkerUrl ?? (port is null ? null : new UriBuilder(node.Scheme, node.Host, port.Port).Uri);
        var launch = new Launch(Guid.NewGuid(), request, url, port, reservation, LaunchedWorkerKey.NewWorker(time.GetUtcNow()));
        launches.Add(launch);
        if (port is not null)
        {
            launch.Life = supervisor.LaunchAsync(launch, stopping);
            return launch.Id;
        }

        // Whoever answers at a taken port would be taken for the worker, even after its own process has failed for want of the port.
        launch.Failed(url is null
            ? $"No worker ports available in range {options.Value.Ports}"
            : $"Port {url.Port} of the worker URL {url} is taken.");
        launch.End();
        launches.End(launch);
        return launch.Id;
    }

    /// <exception cref="LaunchNotFoundException">There is no such launch.</exception>
    public LaunchStatus Status(Guid id) => launches.Get(id).Status;

    /// <summary>Stops workers, and waits until nothing is left of them.</summary>
    public async Task StopWorkersAsync(Func<Launch, bool> filter, CancellationToken cancellationToken)
    {
        var living = launches.Where(launch => !launch.Ended.IsCompleted && filter(launch));
        foreach (var launch in living)
        {
            launch.Stop();
        }

        await Task.WhenAll(living.Select(launch => launch.Ended)).WaitAsync(cancellationToken);
    }

    /// <summary>Kills the processes of workers. They crash, and are started again as after any crash.</summary>
    public void KillWorkers(Func<Launch, bool> filter)
    {
        foreach (var launch in launches.Where(launch => !launch.Ended.IsCompleted && filter(launch)))
        {
            launch.Process?.Kill();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StopWorkersAsync(_ => true, CancellationToken.None);
        await Task.WhenAll(launches.Where(_ => true).Select(launch => launch.Life));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var node = await address.GetAsync(stoppingToken);
            reservations.Offer(await gpus.ListAsync(stoppingToken));
            var records = await folder.OpenAsync(node, stoppingToken);

            // The living first: one of the dead may have had the same port.
            foreach (var record in records.OrderByDescending(record => record.Process.IsAlive))
            {
                LogFound(record.LaunchId, record.Process.Id, record.Url);
                var reservation = reservations.TakeAgain(record.Request.Needs ?? new WorkerNeeds(), record.Gpus);
                var launch = new Launch(record.LaunchId, record.Request, record.Url, ports.TryLock(record.Url.Port), reservation, record.WorkerId);
                launches.Add(launch);
                launch.Life = supervisor.AdoptAsync(launch, record.Process, stoppingToken);
            }

            _ready.SetResult((node, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _ready.SetCanceled(stoppingToken);
        }
        catch (Exception fault)
        {
            // The host stops because of it; whoever waits for the node to be ready is told as well.
            _ready.SetException(fault);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "Launch {LaunchId} of an earlier run had process {ProcessId} at {WorkerUrl}")]
    private partial void LogFound(Guid launchId, int processId, Uri workerUrl);
}
