using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Dispatching;

/// <summary>How accepted jobs are published. Bound from <c>Dispatch</c>.</summary>
internal sealed class DispatchOptions
{
    public const string SectionName = "Dispatch";

    /// <summary>Gets or sets how long one manager has to publish a job before any other may.</summary>
    /// <value>1 second to 10 minutes. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many jobs are published together.</summary>
    /// <value>1 to 10000. The default is 500.</value>
    [Range(1, 10000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Gets or sets how long the relay goes without looking for jobs that are due. It is woken for new ones; this is for those whose wake-up was lost.</summary>
    /// <value>100 milliseconds to 1 minute. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the largest job that its message carries. Of a larger one the worker reads the payload in the store: brokers are not made for large messages.</summary>
    /// <value>0 to 16 MiB, in bytes of JSON. The default is 256 KiB.</value>
    [Range(0, 16 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 256 * 1024;
}
