using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Jobs;

/// <summary>How long jobs are kept. Bound from <c>Jobs</c>.</summary>
internal sealed class RetentionOptions
{
    public const string SectionName = "Jobs";

    /// <summary>Gets or sets how long a job is kept after it became final. Dead letters stay until somebody acts.</summary>
    /// <value>1 minute to 10 years. The default is 7 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets the time between two looks for jobs to forget.</summary>
    /// <value>1 second to 1 day. The default is 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(10);
}
