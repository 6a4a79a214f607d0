using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Limits;

/// <summary>How it is seen to that jobs keep to their limits. Bound from <c>Jobs</c>.</summary>
internal sealed class LimitOptions
{
    public const string SectionName = "Jobs";

    /// <summary>Gets or sets how long an attempt may take to stop, once it is to be cancelled or has overrun a limit, before the manager ends it.</summary>
    /// <value>1 second to 1 day. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the time between two looks for jobs that have overrun a limit.</summary>
    /// <value>100 milliseconds to 1 minute. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LimitInterval { get; set; } = TimeSpan.FromSeconds(1);
}
