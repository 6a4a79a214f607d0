using CsCheck;

namespace Mindtrace.Jobs.Contracts;

/// <summary>One thing that can happen to a job, in a form that can be generated and printed.</summary>
public abstract record JobCommand
{
    private const int Jobs = 3;
    private const int Tokens = 3;

    private JobCommand()
    {
    }

    public sealed record Submit(int Job, int MaxAttempts, int NotBeforeSeconds) : JobCommand;

    public sealed record SubmitUnrouted(int Job) : JobCommand;

    /// <summary>Accepts a job with a unique key.</summary>
    public sealed record SubmitUnique(int Job, int Key) : JobCommand;

    /// <summary>Makes an attempt at a job with a unique key that only a message tells of.</summary>
    public sealed record AdoptUnique(int Job, int Token, int Key) : JobCommand;

    /// <summary>Accepts a job with limits: bits tell which.</summary>
    public sealed record SubmitLimited(int Job, int Limits, int MaxAttempts, int NotBeforeSeconds) : JobCommand;

    /// <summary>Makes an attempt at a job with limits that only a message tells of.</summary>
    public sealed record AdoptLimited(int Job, int Token, int Limits) : JobCommand;

    public sealed record Claim(int Job, int Token, int LeaseSeconds) : JobCommand;

    public sealed record Adopt(int Job, int Token, int NotBeforeSeconds) : JobCommand;

    public sealed record Renew(int Job, int Token, int SilenceSeconds) : JobCommand;

    public sealed record Finish(int Job, int Token, OutcomeKind Kind, int RetrySeconds) : JobCommand;

    public sealed record Release(int Job, int Token) : JobCommand;

    /// <summary>The attempt is seen, then perhaps renewed, then reaped as it was seen.</summary>
    public sealed record Reap(int Job, bool RenewedMeanwhile, int MaxDeaths) : JobCommand;

    public sealed record Cancel(int Job) : JobCommand;

    public sealed record EndOverrun(int Job, int RetrySeconds) : JobCommand;

    public sealed record Requeue(int Job, bool EditPayload) : JobCommand;

    public sealed record Discard(int Job) : JobCommand;

    public sealed record TakeDue(bool Confirm) : JobCommand;

    public sealed record Redispatch : JobCommand;

    public sealed record Advance(int Seconds) : JobCommand;

    public static Gen<JobCommand> Any { get; } = Gen.Frequency(
        (3, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[1, 3], Gen.Int[0, 3], (job, max, wait) => (JobCommand)new Submit(job, max, wait < 3 ? 0 : 20))),
        (1, Gen.Int[0, Jobs - 1].Select(job => (JobCommand)new SubmitUnrouted(job))),
        (3, Gen.Select(
            Gen.Int[0, Jobs - 1], Gen.Int[1, 31], Gen.Int[1, 3], Gen.Int[0, 3],
            (job, limits, max, wait) => (JobCommand)new SubmitLimited(job, limits, max, wait < 3 ? 0 : 20))),
        (1, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], Gen.Int[1, 31], (job, token, limits) => (JobCommand)new AdoptLimited(job, token, limits))),
        (4, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, 1], (job, key) => (JobCommand)new SubmitUnique(job, key))),
        (1, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], Gen.Int[0, 1], (job, token, key) => (JobCommand)new AdoptUnique(job, token, key))),
        (6, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], Gen.Int[1, 30], (job, token, lease) => (JobCommand)new Claim(job, token, lease))),
        (1, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], Gen.Int[0, 1], (job, token, wait) => (JobCommand)new Adopt(job, token, 20 * wait))),
        (2, Gen.Select(
            Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], Gen.Int[0, 20], (job, token, silence) => (JobCommand)new Renew(job, token, silence))),
        (6, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, 10], (job, retry) => (JobCommand)new EndOverrun(job, retry))),
        (6, Gen.Select(
            Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], Gen.Enum<OutcomeKind>(), Gen.Int[0, 10],
            (job, token, kind, retry) => (JobCommand)new Finish(job, token, kind, retry))),
        (2, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, Tokens - 1], (job, token) => (JobCommand)new Release(job, token))),
        (2, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Bool, Gen.Int[0, 2], (job, renewed, max) => (JobCommand)new Reap(job, renewed, max))),
        (2, Gen.Int[0, Jobs - 1].Select(job => (JobCommand)new Cancel(job))),
        (3, Gen.Select(Gen.Int[0, Jobs - 1], Gen.Bool, (job, edit) => (JobCommand)new Requeue(job, edit))),
        (1, Gen.Int[0, Jobs - 1].Select(job => (JobCommand)new Discard(job))),
        (3, Gen.Bool.Select(confirm => (JobCommand)new TakeDue(confirm))),
        (1, Gen.Const((JobCommand)new Redispatch())),
        (3, Gen.Int[1, 15].Select(seconds => (JobCommand)new Advance(seconds))));
}

/// <summary>The kinds of <see cref="JobOutcome"/>.</summary>
public enum OutcomeKind
{
    Completed,
    Failed,
    Rejected,
    NotRunnable,
}
