using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Unhealthy while a consumer is handed nothing though it should be.</summary>
/// <remarks>Whether the broker answers at all is a question for another check.</remarks>
internal sealed class RabbitMqQueueHealthCheck(RabbitMqJobQueue queue) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var stalled = queue.StalledQueues;
        return Task.FromResult(stalled.Count == 0
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(
                context.Registration.FailureStatus,
                $"Not consuming: {string.Join(", ", stalled)}. The consumers are being opened again."));
    }
}
