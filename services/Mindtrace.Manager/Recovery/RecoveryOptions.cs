using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Recovery;

/// <summary>How jobs of lost workers are recovered. Bound from <c>Recovery</c>.</summary>
internal sealed class RecoveryOptions
{
    public const string SectionName = "Recovery";

    /// <summary>Gets or sets the time between two looks for lapsed leases.</summary>
    /// <value>100 milliseconds to 1 minute. The default is 2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long the manager must have been in touch with the store before it takes a lapsed lease for a death.</summary>
    /// <value>
    /// At least the workers' lease. The default is 30 seconds. An outage of the store keeps workers from renewing, too: for this long
    /// after it they are given the benefit of the doubt.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ContactTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the time between two looks for jobs whose message the broker has lost. Two looks in a row must agree.</summary>
    /// <value>1 second to 1 hour. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LostHintInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a worker may take to confirm that it still runs a job.</summary>
    /// <value>100 milliseconds to 30 seconds. The default is 2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long a job is a worker's that only tells of starts and ends, before the worker is asked whether it still runs it.</summary>
    /// <value>1 second to 1 hour. The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AlertLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many lost workers a job may cost before it is taken for the cause: then it is an error and a dead letter.</summary>
    /// <value>0 to 1000. The default is 3.</value>
    [Range(0, 1000)]
    public int MaxDeaths { get; set; } = 3;
}
