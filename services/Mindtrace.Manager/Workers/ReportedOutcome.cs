using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Makes the outcome of an attempt of what a worker told over HTTP.</summary>
internal static class ReportedOutcome
{
    /// <exception cref="InvalidRequestException">The status is no outcome.</exception>
    public static JobOutcome Of(JobState status, JsonElement? output, string reason, JobRecord record) => status switch
    {
        JobState.Completed => new JobOutcome.Completed(output ?? JobsJson.EmptyObject),
        JobState.Failed => new JobOutcome.Failed(
            reason, output ?? JobsJson.EmptyObject, (record.Job.Backoff ?? JobBackoff.Default).DelayAfter(record.Failures + 1, Random.Shared)),
        JobState.Error => new JobOutcome.NotRunnable(reason, output ?? JobsJson.EmptyObject),
        _ => throw new InvalidRequestException("status", "must be completed, failed or error"),
    };

    /// <summary>The name of a status on the wire.</summary>
    public static string? Name(JobState status) => JsonSerializer.SerializeToElement(status, ServiceJson.Options).GetString();
}
