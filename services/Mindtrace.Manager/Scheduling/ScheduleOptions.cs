using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Scheduling;

/// <summary>How recurring jobs are kept. Bound from <c>Schedules</c>.</summary>
internal sealed class ScheduleOptions
{
    public const string SectionName = "Schedules";

    /// <summary>Gets or sets the time between two looks for runs that are due.</summary>
    /// <value>100 milliseconds to 1 minute. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(1);
}
