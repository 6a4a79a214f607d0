using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Tools;

/// <summary>How language models run jobs. Bound from <c>Mcp:Jobs</c>.</summary>
internal sealed class JobToolOptions
{
    public const string SectionName = "Mcp:Jobs";

    /// <summary>Gets or sets how long a tool that runs a job waits for its end before it answers how far the job is.</summary>
    /// <value>0 to 10 minutes. The default is 20 seconds: clients of language models give up on a call after a minute or so.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan WaitTime { get; set; } = TimeSpan.FromSeconds(20);
}
