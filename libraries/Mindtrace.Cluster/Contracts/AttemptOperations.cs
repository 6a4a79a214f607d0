using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How workers run jobs that speak HTTP alone, in any language: take one, renew its lease while it runs, finish it.</summary>
/// <remarks>An attempt is its token's: whoever holds that, and nobody else, can renew, finish or release it.</remarks>
public static class AttemptOperations
{
    /// <summary>Takes the next job of a type.</summary>
    public static readonly Operation<TakeJobRequest, TakeJobResponse> TakeJob = new("take_job", Role.Worker)
    {
        Example = new(Examples.Worker, Examples.JobType),
        Description = "Starts an attempt at the next job of a type, waiting for one to come. Its lease has to be renewed by renew_attempt before it ends; "
            + "else the job is given to another worker.",
    };

    /// <summary>Prolongs the lease of an attempt.</summary>
    public static readonly Operation<AttemptRequest, RenewAttemptResponse> RenewAttempt = new("renew_attempt", Role.Worker)
    {
        Example = new(Examples.Job, Examples.Token),
        Description = "Prolongs the lease of an attempt, and tells whether it is to go on: renewed, cancel_requested, or stale when it was ended by others.",
    };

    /// <summary>Prints to the log of the job of an attempt.</summary>
    public static readonly Operation<WriteAttemptLogRequest, Unit> WriteAttemptLog = new("write_attempt_log", Role.Worker)
    {
        Example = new(Examples.Job, Examples.Token, 1, ["Reading part 1 of 3"]),
        Description = "Prints lines to the log of the job of an attempt. Repeating the latest call with its number changes nothing; "
            + "refused when the attempt was ended.",
    };

    /// <summary>Stores the outcome of an attempt.</summary>
    public static readonly Operation<FinishAttemptRequest, Unit> FinishAttempt = new("finish_attempt", Role.Worker)
    {
        Example = new(Examples.Job, Examples.Token, JobState.Completed) { Output = Examples.Output },
        Description = "Stores how an attempt ended. Of a failed one the job is tried again later if it has attempts left. Repeating the call changes nothing; "
            + "refused when the attempt was ended by others.",
    };

    /// <summary>Gives a job back.</summary>
    public static readonly Operation<AttemptRequest, Unit> ReleaseAttempt = new("release_attempt", Role.Worker)
    {
        Example = new(Examples.Job, Examples.Token),
        Description = "Gives a job back unfinished, at no cost to it: for a worker that ends.",
    };
}

/// <summary>Asks for a job.</summary>
/// <param name="WorkerId">The worker: an id of its own choice, such as a UUID made at its start.</param>
/// <param name="JobType">The type of job; it must go to a queue.</param>
public sealed record TakeJobRequest(WorkerId WorkerId, JobType JobType)
{
    /// <summary>Gets how long to wait for a job, in seconds.</summary>
    /// <value>1 to 60. The default is 20.</value>
    [Range(1d, 60d)]
    public double WaitSeconds { get; init; } = 20;
}

/// <summary>A job that was taken, or none.</summary>
/// <param name="Attempt">The attempt; none when no job came in time.</param>
public sealed record TakeJobResponse(TakenAttempt? Attempt);

/// <summary>An attempt that has begun.</summary>
/// <param name="Job">The job.</param>
/// <param name="Token">What the attempt is renewed and finished by.</param>
/// <param name="Number">The number of the attempt, from 1.</param>
/// <param name="LeaseSeconds">For how long it lives without a renewal.</param>
public sealed record TakenAttempt(Job Job, AttemptToken Token, int Number, double LeaseSeconds);

/// <summary>Names an attempt.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">The token that take_job answered.</param>
public sealed record AttemptRequest(JobId JobId, AttemptToken Token);

/// <summary>Tells whether an attempt goes on.</summary>
/// <param name="Answer">The answer.</param>
public sealed record RenewAttemptResponse(AttemptAnswer Answer);

/// <summary>Whether an attempt goes on. On the wire: the name in snake_case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptAnswer>))]
public enum AttemptAnswer
{
    /// <summary>It goes on, for another lease.</summary>
    [JsonStringEnumMemberName("renewed")] Renewed,

    /// <summary>It goes on, but somebody asked to cancel the job: stop it, and finish it as failed.</summary>
    [JsonStringEnumMemberName("cancel_requested")] CancelRequested,

    /// <summary>It was ended by others: stop it. Its outcome will not be taken.</summary>
    [JsonStringEnumMemberName("stale")] Stale,
}

/// <summary>Something to print to the log of the job of an attempt.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">The token that take_job answered.</param>
/// <param name="Number">The number of this call among those of the attempt: 1, 2, and so on.</param>
/// <param name="Lines">The lines, 1000 at most. One with line breaks is several, and one of more than 16,384 characters is kept in pieces.</param>
public sealed record WriteAttemptLogRequest(
    JobId JobId, AttemptToken Token, [property: Range(1, int.MaxValue)] int Number, [property: MaxLength(1000)] IReadOnlyList<string> Lines)
{
    /// <summary>Gets where they were printed. The default is <c>stdout</c>.</summary>
    public JobLogStream Stream { get; init; } = JobLogStream.Stdout;
}

/// <summary>Tells how an attempt ended.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">The token that take_job answered.</param>
/// <param name="Status">completed; failed, which is tried again if attempts are left; or error, which is not.</param>
public sealed record FinishAttemptRequest(JobId JobId, AttemptToken Token, JobState Status)
{
    /// <summary>Gets what the job produced. The default is <c>{}</c>.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Gets why it failed, for people. The default says that the worker reported it.</summary>
    [MaxLength(10_000)]
    public string? Error { get; init; }
}
