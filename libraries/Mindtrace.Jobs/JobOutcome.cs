using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>How an attempt at a job ended, as the one who ran it says: one of the records below.</summary>
public abstract record JobOutcome
{
    private JobOutcome(JsonElement output) => Output = output;

    /// <summary>Gets what the attempt produced: any JSON.</summary>
    public JsonElement Output { get; init; }

    /// <summary>Gets what exactly ran; none when nobody tells.</summary>
    public JobProvenance? Provenance { get; init; }

    /// <summary>The job is done.</summary>
    /// <param name="Output">The result: any JSON.</param>
    public sealed record Completed(JsonElement Output) : JobOutcome(Output);

    /// <summary>The job did not succeed this time. With attempts left it is queued again, else it is failed and a dead letter.</summary>
    /// <param name="Reason">What went wrong, for people.</param>
    /// <param name="Output">What the attempt produced all the same.</param>
    /// <param name="RetryAfter">The wait before the next attempt, if one is left. A worker that names none leaves it to the job's backoff; a store then waits for nothing.</param>
    public sealed record Failed(string Reason, JsonElement Output, TimeSpan? RetryAfter = null) : JobOutcome(Output)
    {
        /// <summary>Gets the names, simple and full, of the error's type and of those it derives from. With one of <see cref="Job.FinalErrors"/> among them, it is the job's last.</summary>
        public IReadOnlyCollection<string> ErrorTypes { get; init; } = [];
    }

    /// <summary>The job failed and would fail every time: failed and a dead letter, whatever attempts are left.</summary>
    /// <param name="Reason">What went wrong, for people.</param>
    /// <param name="Output">What the attempt produced all the same.</param>
    public sealed record Rejected(string Reason, JsonElement Output) : JobOutcome(Output);

    /// <summary>The job could not be run at all: error and a dead letter.</summary>
    /// <param name="Reason">What was in the way, for people.</param>
    /// <param name="Output">What there is to keep, mostly <c>{}</c>.</param>
    public sealed record NotRunnable(string Reason, JsonElement Output) : JobOutcome(Output);
}
