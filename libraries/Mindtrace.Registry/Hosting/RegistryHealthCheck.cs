using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mindtrace.Registry;

/// <summary>Tells whether the registry's store can be used, and if not, why.</summary>
internal sealed class RegistryHealthCheck(IBlobStore blobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await blobs.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy($"The registry at {blobs.Location} answers.");
        }
        catch (RegistryException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
