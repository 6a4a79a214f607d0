using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Node.Launching;
using Mindtrace.Node.Resources;
using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>Registers this node with the manager, keeps it known there by heartbeats, and holds the settings that the manager hands out.</summary>
internal sealed partial class ClusterMembership(
    ClusterClient manager, ServiceAddress address, Launches launches, NodeReservations reservations,
    IOptions<LaunchOptions> options, TimeProvider time,
    ILogger<ClusterMembership> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClusterMember? _member;

    /// <summary>Waits until this node is registered.</summary>
    public async Task<ClusterMember> GetAsync(CancellationToken cancellationToken)
    {
        await _registered.Task.WaitAsync(cancellationToken);
        return _member!;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_member is not null
            ? HealthCheckResult.Healthy($"Registered with the manager at {manager.Url}")
            : HealthCheckResult.Degraded($"Not registered with the manager at {manager.Url} yet"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var url = await address.GetAsync(stoppingToken);
            while (true)
            {
                var known = _member is not null && await BeatAsync(url, stoppingToken);
                if (!known)
                {
                    known = await RegisterAsync(url, stoppingToken) && await BeatAsync(url, stoppingToken);
                }

                await Task.Delay(known ? HeartbeatInterval : RetryDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Launches that wait for the registration are stopped by whoever began them.
        }

        if (_member is { } member)
        {
            await LeaveAsync(member.Url);
        }
    }

    private async Task<bool> RegisterAsync(Uri url, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(cancel => manager.RegisterNodeAsync(new RegisterNodeRequest(url), cancel), cancellationToken);
        if (answer is null)
        {
            return false;
        }

        LogRegistered(manager.Url, url);
        var settings = await LoopbackSettings.ReadHereAsync(answer.Settings, manager.Url, cancellationToken);
        _member = new ClusterMember(url, settings);
        _registered.TrySetResult();
        return true;
    }

    /// <summary>Sends a sign of life.</summary>
    /// <returns>Whether the manager knows this node; true as well when it did not answer, which is no reason to register.</returns>
    private async Task<bool> BeatAsync(Uri url, CancellationToken cancellationToken)
    {
        var beat = new NodeHeartbeatRequest(url, launches.Living, options.Value.Ports.Count)
        {
            Resources = reservations.Total, Reserved = reservations.Reserved, Labels = reservations.Labels,
        };
        var answer = await AskAsync(cancel => manager.SendNodeHeartbeatAsync(beat, cancel), cancellationToken);
        return answer is null or { Known: true };
    }

    private async Task LeaveAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(FarewellTimeout, time);
        try
        {
            await manager.UnregisterNodeAsync(url, limit.Token);
        }
        catch (Exception fault) when (fault is OperationException or ServiceUnreachableException or OperationCanceledException)
        {
            LogUnheard(fault.Message);
        }
    }

    private async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (Exception fault) when (fault is OperationException or ServiceUnreachableException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogUnheard(fault.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "Registered with the manager at {ManagerUrl} as {NodeUrl}")]
    private partial void LogRegistered(Uri managerUrl, Uri nodeUrl);

    [LoggerMessage(LogLevel.Warning, "The manager did not hear this node: {Reason}")]
    private partial void LogUnheard(string reason);
}
