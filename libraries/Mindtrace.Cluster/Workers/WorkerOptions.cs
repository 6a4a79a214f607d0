using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Cluster;

/// <summary>How a worker works. Bound from <c>Worker</c>.</summary>
public sealed class WorkerOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Worker";

    /// <summary>Gets or sets the class of the stock worker to run, by simple or full name; of a dotted path the last part counts.</summary>
    /// <value>There is no default in the stock worker; other executables have a class of their own.</value>
    public string? Class { get; set; }

    /// <summary>Gets or sets the job types that the worker consumes from its start on.</summary>
    /// <value>The default is none: it waits to be registered.</value>
    public IList<string> JobTypes { get; set; } = [];

    /// <summary>Gets or sets how many jobs run at once.</summary>
    /// <value>1 to 1000. The default is 1.</value>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 1;

    /// <summary>Gets or sets how many messages of each queue the worker holds, those that run included.</summary>
    /// <value>1 to 10000. The default is <see cref="Concurrency"/>.</value>
    [Range(1, 10000)]
    public int? Prefetch { get; set; }

    /// <summary>Gets or sets the node that launched the worker; when it is silent for <see cref="NodeSilenceTimeout"/>, the worker drains and ends.</summary>
    /// <value>The default is none.</value>
    public Uri? NodeUrl { get; set; }

    /// <summary>Gets or sets the worker type that the node launched the worker as.</summary>
    /// <value>The default is none.</value>
    public string? WorkerType { get; set; }

    /// <summary>Gets or sets the ids of the GPUs that the node has set aside for the worker. Scripts in containers may use these and no others.</summary>
    /// <value>The default is none.</value>
    public IList<string> Gpus { get; set; } = [];

    /// <summary>Gets or sets how long the node may be silent.</summary>
    /// <value>10 seconds to 1 day. The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan NodeSilenceTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the time between two heartbeats.</summary>
    /// <value>1 second to 10 minutes. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long a job is the worker's without a heartbeat.</summary>
    /// <value>At least three times <see cref="HeartbeatInterval"/>. The default is 30 seconds.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long running jobs may take to finish when the worker shuts down; what is left then goes back to the queue.</summary>
    /// <value>0 seconds to 1 day. The default is 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets the largest output of a job. With a larger one the job fails, whatever attempts are left.</summary>
    /// <value>1 KiB to 256 MiB, in bytes of UTF-8 JSON. The default is 16 MiB.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxOutputBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how much is kept of what one attempt prints. What it prints beyond is cut, and its log says so.</summary>
    /// <value>0 to 1 GiB, in bytes of UTF-8. The default is 16 MiB. For workers over HTTP alone, the manager's value counts.</value>
    [Range(0L, 1L << 30)]
    public long MaxLogBytes { get; set; } = 16L << 20;

    /// <summary>Says in the log of an attempt that no more of it is kept.</summary>
    internal static string FullLogNotice(long maxBytes) => $"The log of this attempt is full: what follows is cut (Worker:MaxLogBytes is {maxBytes}).";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LeaseDuration < 3 * HeartbeatInterval)
        {
            yield return new("LeaseDuration must be at least three times HeartbeatInterval: one late beat is no death.", [nameof(LeaseDuration)]);
        }

        foreach (var type in JobTypes.Where(type => !Jobs.JobType.TryParse(type, out _)))
        {
            yield return new($"'{type}' is no job type: it must be {Jobs.JobType.Rule}.", [nameof(JobTypes)]);
        }
    }
}
