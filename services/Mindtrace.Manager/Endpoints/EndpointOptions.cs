using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Endpoints;

/// <summary>How endpoint jobs are run. Bound from <c>Endpoints</c>.</summary>
internal sealed class EndpointOptions
{
    public const string SectionName = "Endpoints";

    /// <summary>Gets or sets how long an attempt may take whose job does not say.</summary>
    /// <value>100 milliseconds to 1 day. The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how many endpoint jobs this manager runs at once.</summary>
    /// <value>1 to 10000. The default is 64.</value>
    [Range(1, 10000)]
    public int Concurrency { get; set; } = 64;
}
