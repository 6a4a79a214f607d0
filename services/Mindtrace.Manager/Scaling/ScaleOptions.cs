using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Scaling;

/// <summary>How often it is decided how many workers there are to be. Bound from <c>Scaling</c>.</summary>
internal sealed class ScaleOptions
{
    public const string SectionName = "Scaling";

    /// <summary>Gets or sets the time between two looks at a worker type, by whichever manager.</summary>
    /// <value>100 milliseconds to 10 minutes. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(5);
}
