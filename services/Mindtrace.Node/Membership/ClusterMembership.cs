using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>Registers this node with the manager, and holds the settings that the manager hands out.</summary>
internal sealed partial class ClusterMembership(
    ClusterClient manager, ServiceAddress address, TimeProvider time, ILogger<ClusterMembership> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<ClusterMember> _member = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until this node is registered.</summary>
    public Task<ClusterMember> GetAsync(CancellationToken cancellationToken) => _member.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_member.Task.IsCompletedSuccessfully
            ? HealthCheckResult.Healthy($"Registered with the manager at {manager.Url}")
            : HealthCheckResult.Degraded($"Not registered with the manager at {manager.Url} yet"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var url = await address.GetAsync(stoppingToken);
            while (!await TryRegisterAsync(url, stoppingToken))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _member.TrySetCanceled(stoppingToken);
        }
    }

    private async Task<bool> TryRegisterAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await manager.RegisterNodeAsync(new RegisterNodeRequest(url), cancellationToken);
            LogRegistered(manager.Url, url);
            _member.TrySetResult(new ClusterMember(url, answer.Settings, time));
            return true;
        }
        catch (Exception fault) when (fault is OperationException or ServiceUnreachableException)
        {
            LogNotRegistered(fault.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Registered with the manager at {ManagerUrl} as {NodeUrl}")]
    private partial void LogRegistered(Uri managerUrl, Uri nodeUrl);

    [LoggerMessage(LogLevel.Warning, "Not registered yet: {Reason}")]
    private partial void LogNotRegistered(string reason);
}
