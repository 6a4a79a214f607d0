using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Mindtrace.Jobs;

/// <summary>A job that is submitted again and again, at the times of a cron expression.</summary>
/// <param name="Name">The name of the schedule.</param>
/// <param name="Cron">
/// When: minute, hour, day of month, month, day of week, such as <c>30 2 * * MON-FRI</c>; with six fields the first is the second.
/// </param>
/// <param name="Job">
/// What is submitted. Its id and trace are not used: each run has its own. With a <see cref="Job.UniqueKey"/>, a run whose time comes
/// while an earlier one is queued or running is skipped.
/// </param>
public sealed record JobSchedule(ScheduleName Name, [property: StringLength(200, MinimumLength = 1)] string Cron, Job Job)
    : IValidatableObject
{
    /// <summary>Gets the time zone of <see cref="Cron"/>, by its IANA name.</summary>
    /// <value>Such as <c>Europe/Berlin</c>, 1 to 100 characters. The default is <c>UTC</c>.</value>
    [StringLength(100, MinimumLength = 1)]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Gets how many runs are made, the latest, when several are due at once because no manager was there at their time.</summary>
    /// <value>1 to 100. The default is 1.</value>
    [Range(1, 100)]
    public int CatchUp { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => JobRules.Check(Job, "job");

    /// <summary>Makes the job of one run. Its id tells the schedule and the time, so the same run is never made twice.</summary>
    /// <param name="at">The time of the run.</param>
    /// <returns>The job.</returns>
    public Job JobAt(DateTimeOffset at) => Job with { Id = JobIdAt(at), CreatedAt = at, Traceparent = null, Tracestate = null };

    /// <summary>Tells the id of the job of one run.</summary>
    /// <param name="at">The time of the run.</param>
    /// <returns>Such as <c>nightly:20260529T003000Z</c>.</returns>
    public JobId JobIdAt(DateTimeOffset at) =>
        JobId.Parse($"{Name}:{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
}
