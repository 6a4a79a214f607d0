using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Storage;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scaling;

/// <summary>Keeps as many workers of each scaled type as there are to be. Any number of scalers may run: one of them acts.</summary>
/// <remarks>
/// The state of a scale says when it is to be looked at next. Whoever looks first moves that ahead, in one step with the look that it goes by, by
/// enough time to act; the others find it not due. One that dies while it acts leaves it due again, and the workers that it launched are seen.
/// </remarks>
internal sealed partial class WorkerScaler(
    RedisScaleDirectory scales, ScaleFleet fleet, ScalingTelemetry telemetry, IOptions<ScaleOptions> options, TimeProvider time, ILogger<WorkerScaler> logger)
    : RecurringLookAtStore("scales that are due", options.Value.LookInterval, time, logger)
{
    // What one look can do well within the time that it has for it; the next ones do the rest.
    private const int LaunchesOfALook = 100;

    private static readonly TimeSpan TimeToAct = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    internal override async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var (known, now) = await scales.ListAsync(cancellationToken);
        var looked = 0;
        foreach (var scale in known.Where(scale => ScaleDesk.StateOf(scale).LookAt <= now))
        {
            try
            {
                looked += await LookAsync(scale, now, cancellationToken) ? 1 : 0;
            }
            catch (Exception fault) when (fault is not OperationCanceledException and not JobBackendUnavailableException)
            {
                LogScaleFault(scale.WorkerType, fault);
            }
        }

        return looked;
    }

    private async Task<bool> LookAsync(KnownScale seen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (scale, state) = (ScaleDesk.ScaleOf(seen), ScaleDesk.StateOf(seen));
        if (await AdvanceAsync(seen, state with { LookAt = now + TimeToAct }, cancellationToken) is not { } mine)
        {
            return false;
        }

        state = await fleet.FollowAsync(state, now, cancellationToken);
        var (workers, sight) = await fleet.SeeAsync(scale.WorkerType, state.Launches.Count, now, cancellationToken);
        var verdict = ScalePolicy.Decide(scale, sight, state.Memory);
        var have = sight.Workers + sight.Launching;
        var isMore = verdict.Wanted > have;
        var waits = isMore && state.RetryAt > now;
        telemetry.Looked(scale.WorkerType, have, verdict.Wanted);
        if (verdict.Reason.Length > 0 && !waits)
        {
            var decision = new ScaleDecision(now, isMore ? have : sight.Workers, verdict.Wanted, verdict.Reason);
            telemetry.Decided(scale.WorkerType, isMore);
            LogDecided(scale.WorkerType, decision.From, decision.To, decision.Reason);
            state = state.Decided(decision);
            if (isMore)
            {
                state = await LaunchAsync(scale.WorkerType, Math.Min(verdict.Wanted - have, LaunchesOfALook), state, now, cancellationToken);
            }
            else
            {
                await Task.WhenAll(workers.Take(sight.Workers - verdict.Wanted).Select(worker => fleet.DrainAsync(worker, cancellationToken)));
            }
        }

        state = state with
        {
            LookAt = now + options.Value.LookInterval, Workers = have, Wanted = verdict.Wanted, Memory = waits ? state.Memory : verdict.Memory,
        };
        await AdvanceAsync(mine, state, cancellationToken);
        return true;
    }

    private async Task<ScaleState> LaunchAsync(WorkerTypeName type, int count, ScaleState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            var (launch, fault) = await fleet.LaunchAsync(type, cancellationToken);
            if (launch is null)
            {
                telemetry.Failed(type);
                LogNotLaunched(type, fault!);
                return state.Failed(fault!, now);
            }

            state = state with { Launches = [.. state.Launches, launch] };
        }

        return state;
    }

    private Task<KnownScale?> AdvanceAsync(KnownScale seen, ScaleState state, CancellationToken cancellationToken) =>
        scales.AdvanceAsync(seen, JsonSerializer.Serialize(state, ServiceJson.Options), cancellationToken);

    [LoggerMessage(LogLevel.Information, "Worker type {WorkerType} goes from {From} workers to {To}: {Reason}")]
    private partial void LogDecided(WorkerTypeName workerType, int from, int to, string reason);

    [LoggerMessage(LogLevel.Warning, "A worker of type {WorkerType} could not be launched: {Reason}")]
    private partial void LogNotLaunched(WorkerTypeName workerType, string reason);

    [LoggerMessage(LogLevel.Error, "A look at the workers of type {WorkerType} failed; the next one is made all the same")]
    private partial void LogScaleFault(string workerType, Exception fault);
}
