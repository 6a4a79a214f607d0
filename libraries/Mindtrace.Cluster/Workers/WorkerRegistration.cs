using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Makes the worker known to the manager, if it was given one, then lets it consume the job types of its configuration.</summary>
internal sealed partial class WorkerRegistration(
    WorkerIdentity identity, ServiceAddress address, JobPump pump, IOptions<WorkerOptions> options, TimeProvider time,
    ILogger<WorkerRegistration> logger, ClusterClient? manager = null)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private volatile string? _waitingFor = "the server to listen";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_waitingFor is { } reason ? HealthCheckResult.Degraded($"Waiting for {reason}") : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var url = await address.GetAsync(stoppingToken).ConfigureAwait(false);
            List<JobType> types = [.. options.Value.JobTypes.Select(JobType.Parse)];
            while (manager is not null && !await TryRegisterAsync(manager, new RegisterWorkerRequest(identity.Id, url, types), stoppingToken).ConfigureAwait(false))
            {
                await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(false);
            }

            _waitingFor = "the queues";
            await Task.WhenAll(types.Select(type => pump.SubscribeAsync(type, stoppingToken))).ConfigureAwait(false);
            _waitingFor = null;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _waitingFor = "nothing any more: the worker stops";
        }
    }

    private async Task<bool> TryRegisterAsync(ClusterClient client, RegisterWorkerRequest request, CancellationToken cancellationToken)
    {
        _waitingFor = $"the manager at {client.Url}";
        try
        {
            await client.RegisterWorkerAsync(request, cancellationToken).ConfigureAwait(false);
            LogRegistered(client.Url, request.WorkerUrl);
            return true;
        }
        catch (Exception fault) when (fault is OperationException or ServiceUnreachableException)
        {
            LogNotRegistered(fault.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Registered with the manager at {ManagerUrl} as {WorkerUrl}")]
    private partial void LogRegistered(Uri managerUrl, Uri workerUrl);

    [LoggerMessage(LogLevel.Warning, "Not registered yet: {Reason}")]
    private partial void LogNotRegistered(string reason);
}
