using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scaling;

/// <summary>Sets, lists and removes scales.</summary>
internal sealed class ScaleDesk(RedisScaleDirectory scales, WorkerTypeCatalog types)
{
    /// <exception cref="InvalidRequestException">There is no such worker type.</exception>
    public async Task<ScaleStatus> SetAsync(ScaleWorkerTypeRequest scale, CancellationToken cancellationToken)
    {
        if (!await types.ExistsAsync(scale.WorkerType, cancellationToken))
        {
            throw new InvalidRequestException("worker_type", "must be a registered worker type, as list_worker_types shows it");
        }

        await scales.SaveAsync(scale.WorkerType.Value, JsonSerializer.Serialize(scale, ServiceJson.Options), cancellationToken);
        var (known, _) = await scales.ListAsync(cancellationToken);
        return known.Where(it => it.WorkerType == scale.WorkerType.Value).Select(Status).FirstOrDefault() ?? new ScaleStatus(scale, 0, Wanted: null, []);
    }

    /// <exception cref="ScaleNotFoundException">The type has no scale.</exception>
    public async Task RemoveAsync(WorkerTypeName type, CancellationToken cancellationToken)
    {
        if (!await scales.RemoveAsync(type.Value, cancellationToken))
        {
            throw new ScaleNotFoundException(type);
        }
    }

    public async Task<ListScalesResponse> ListAsync(CancellationToken cancellationToken) =>
        new([.. (await scales.ListAsync(cancellationToken)).Scales.Select(Status)]);

    public static ScaleWorkerTypeRequest ScaleOf(KnownScale known) => JsonSerializer.Deserialize<ScaleWorkerTypeRequest>(known.Scale, ServiceJson.Options)!;

    public static ScaleState StateOf(KnownScale known) =>
        known.State.Length == 0 ? new ScaleState() : JsonSerializer.Deserialize<ScaleState>(known.State, ServiceJson.Options)!;

    private static ScaleStatus Status(KnownScale known)
    {
        var state = StateOf(known);
        return new ScaleStatus(ScaleOf(known), state.Workers, state.Wanted, state.Decisions) { Fault = state.Fault };
    }
}

/// <summary>A worker type was named that has no scale.</summary>
internal sealed class ScaleNotFoundException(WorkerTypeName type) : Exception($"The worker type '{type}' has no scale: nobody keeps its workers.");
