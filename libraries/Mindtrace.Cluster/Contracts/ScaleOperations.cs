using System.ComponentModel.DataAnnotations;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the manager is told how many workers there are to be.</summary>
public static class ScaleOperations
{
    /// <summary>Says how many workers of a type there are to be.</summary>
    public static readonly Operation<ScaleWorkerTypeRequest, ScaleStatus> ScaleWorkerType = new("scale_worker_type", Role.Operator)
    {
        Example = new(Examples.WorkerType, Min: 1, Max: 8),
        Description = "Keeps so many workers of a type alive: at least min, wherever nodes are lost, and up to max as its jobs wait. An earlier scale of the type is replaced.",
        Audit = request => request.WorkerType.Value,
    };

    /// <summary>Leaves the workers of a type alone.</summary>
    public static readonly Operation<WorkerTypeRequest, Unit> UnscaleWorkerType = new("unscale_worker_type", Role.Operator)
    {
        Example = new(Examples.WorkerType),
        Description = "Launches and drains no more workers of a type. Those that there are go on.",
        Audit = request => request.WorkerType.Value,
    };

    /// <summary>Lists the scales.</summary>
    public static readonly Operation<Unit, ListScalesResponse> ListScales = new("list_scales", Role.Viewer)
    {
        Description = "Lists how many workers there are to be of which type, how many there are, and what was decided of late, and why.", Tool = true,
    };
}

/// <summary>Says how many workers of a type there are to be.</summary>
/// <param name="WorkerType">The worker type. Its workers consume one job type, whose waiting jobs count.</param>
/// <param name="Min">How many there are to be at least, 0 to 10000.</param>
/// <param name="Max">How many there may be, <paramref name="Min"/> to 10000.</param>
public sealed record ScaleWorkerTypeRequest(
    WorkerTypeName WorkerType, [property: Range(0, 10_000)] int Min, [property: Range(0, 10_000)] int Max) : IValidatableObject
{
    /// <summary>Gets how many jobs, running or waiting, there may be for each worker before there are to be more.</summary>
    /// <value>1 to 1000000. The default is 10.</value>
    [Range(1, 1_000_000)]
    public int JobsPerWorker { get; init; } = 10;

    /// <summary>Gets how long a job may wait before there are to be more, however few wait.</summary>
    /// <value>1 second to 1 day. The default is 30 seconds.</value>
    [Range(1d, 86_400d)]
    public double MaxWaitSeconds { get; init; } = 30;

    /// <summary>Gets how long new workers are given to show what they do, before there are to be more still, or fewer.</summary>
    /// <value>0 seconds to 1 day. The default is 60 seconds.</value>
    [Range(0d, 86_400d)]
    public double WarmUpSeconds { get; init; } = 60;

    /// <summary>Gets how long fewer must have been enough without a break before workers are drained.</summary>
    /// <value>0 seconds to 1 day. The default is 300 seconds.</value>
    [Range(0d, 86_400d)]
    public double IdleSeconds { get; init; } = 300;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Max >= Min ? [] : [new("must be at least min", [nameof(Max)])];
}

/// <summary>Names a worker type.</summary>
/// <param name="WorkerType">The worker type.</param>
public sealed record WorkerTypeRequest(WorkerTypeName WorkerType);

/// <summary>The scales.</summary>
/// <param name="Scales">Each scale, by worker type.</param>
public sealed record ListScalesResponse(IReadOnlyList<ScaleStatus> Scales);

/// <summary>How a scale stands.</summary>
/// <param name="Scale">The scale.</param>
/// <param name="Workers">How many workers there were at the latest look, those included that were being launched.</param>
/// <param name="Wanted">How many there are to be now; none before the first look.</param>
/// <param name="Decisions">What was decided of late, the latest last.</param>
public sealed record ScaleStatus(ScaleWorkerTypeRequest Scale, int Workers, int? Wanted, IReadOnlyList<ScaleDecision> Decisions)
{
    /// <summary>Gets why the latest launch came to nothing; none when it did not.</summary>
    public string? Fault { get; init; }
}

/// <summary>A decision for more workers or fewer.</summary>
/// <param name="At">When.</param>
/// <param name="From">How many there were.</param>
/// <param name="To">How many there are to be.</param>
/// <param name="Reason">Why.</param>
public sealed record ScaleDecision(DateTimeOffset At, int From, int To, string Reason);
