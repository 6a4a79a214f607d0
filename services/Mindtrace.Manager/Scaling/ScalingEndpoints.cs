using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scaling;

/// <summary>How many workers there are to be.</summary>
internal static class ScalingEndpoints
{
    public static void AddScaling(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ScaleOptions>().BindConfiguration(ScaleOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RedisScaleDirectory>();
        builder.Services.AddSingleton<ScaleDesk>();
        builder.Services.AddSingleton<ScaleFleet>();
        builder.Services.AddSingleton<ScalingTelemetry>();
        builder.Services.AddSingleton<WorkerScaler>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WorkerScaler>());
        builder.Services.AddProblem<ScaleNotFoundException>(
            StatusCodes.Status404NotFound, "scale-not-found", "The worker type has no scale.", e => e.Message);
    }

    public static void MapScaling(this OperationGroup operations)
    {
        operations.Map(ScaleOperations.ScaleWorkerType, (ScaleWorkerTypeRequest request, ScaleDesk desk, CancellationToken cancellationToken) =>
            desk.SetAsync(request, cancellationToken));
        operations.Map(ScaleOperations.UnscaleWorkerType, (WorkerTypeRequest request, ScaleDesk desk, CancellationToken cancellationToken) =>
            desk.RemoveAsync(request.WorkerType, cancellationToken));
        operations.Map(ScaleOperations.ListScales, (ScaleDesk desk, CancellationToken cancellationToken) => desk.ListAsync(cancellationToken));
    }
}
