using Mindtrace.Cluster;

namespace Mindtrace.Manager.Scaling;

/// <summary>How far a scale is, as the store keeps it for whichever manager looks next.</summary>
internal sealed record ScaleState
{
    private const int DecisionsKept = 20;
    private const int LongestRetryDoubling = 6;

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Gets when it is to be looked at next. A manager that acts sets it far enough ahead for nobody to act beside it.</summary>
    public DateTimeOffset LookAt { get; init; }

    public ScaleMemory Memory { get; init; }

    /// <summary>Gets how many workers there were at the latest look.</summary>
    public int Workers { get; init; }

    public int? Wanted { get; init; }

    /// <summary>Gets the launches that are not known to have ended.</summary>
    public IReadOnlyList<LaunchWorkerOnNodeResponse> Launches { get; init; } = [];

    /// <summary>Gets how many launches in a row came to nothing.</summary>
    public int Failures { get; init; }

    public string? Fault { get; init; }

    /// <summary>Gets until when nothing is launched, since the latest launches came to nothing.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public IReadOnlyList<ScaleDecision> Decisions { get; init; } = [];

    public ScaleState Decided(ScaleDecision decision) => this with { Decisions = [.. Decisions.Append(decision).TakeLast(DecisionsKept)] };

    /// <summary>Notes that a launch came to nothing: the next one waits, from 5 seconds to 5 minutes and a half.</summary>
    public ScaleState Failed(string fault, DateTimeOffset now) => this with
    {
        Failures = Failures + 1, Fault = fault, RetryAt = now + (FirstRetryDelay * Math.Pow(2, Math.Min(Failures, LongestRetryDoubling))),
    };

    public ScaleState Succeeded() => this with { Failures = 0, Fault = null, RetryAt = null };
}
