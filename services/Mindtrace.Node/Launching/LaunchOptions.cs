using System.ComponentModel.DataAnnotations;
using Mindtrace.Node.Ports;

namespace Mindtrace.Node.Launching;

/// <summary>How a node launches workers and watches over them. Bound from <c>Node</c>.</summary>
internal sealed class LaunchOptions : IValidatableObject
{
    public const string SectionName = "Node";

    /// <summary>Gets or sets the ports for workers whose launch names none: first and last, both included.</summary>
    /// <value>Two ports from 1 to 65535 joined by <c>-</c>. The default is 8092-8111, twenty ports.</value>
    [Required]
    public string WorkerPorts { get; set; } = "8092-8111";

    /// <summary>Gets <see cref="WorkerPorts"/> as read; no ports at all when they cannot be read.</summary>
    public PortRange Ports => PortRange.TryParse(WorkerPorts, out var range) ? range : default;

    /// <summary>Gets or sets the program of the built-in worker classes.</summary>
    /// <value>The path of an assembly that <c>dotnet</c> runs. The default is none: the node's own program has them.</value>
    public string? StockWorker { get; set; }

    /// <summary>Gets or sets how many workers are being started at the same time; the launches beyond wait in order.</summary>
    /// <value>1 to 1000. The default is twice the number of processors.</value>
    [Range(1, 1000)]
    public int MaxConcurrentLaunches { get; set; } = Math.Min(1000, 2 * Environment.ProcessorCount);

    /// <summary>Gets or sets how long a worker may take from its start until it is ready.</summary>
    /// <value>1 second to 1 hour. The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LaunchTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a worker that outlived a crash of the node may take to answer; then it is stopped.</summary>
    /// <value>1 second to 1 hour. The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AdoptionTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how long a worker may take to drain and end when it is shut down; then it is killed.</summary>
    /// <value>0 seconds to 1 day. The default is 35 seconds, a little more than a worker's own drain.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(35);

    /// <summary>Gets or sets how often in a row a worker that crashes is started again.</summary>
    /// <value>0 (never) to 1000000. The default is 5.</value>
    [Range(0, 1_000_000)]
    public int MaxRestarts { get; set; } = 5;

    /// <summary>Gets or sets the wait before a crashed worker is started again for the first time. Each further wait is twice as long.</summary>
    /// <value>0 seconds to 1 hour. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest wait before a crashed worker is started again.</summary>
    /// <value>At least <see cref="RestartDelay"/>, at most 1 day. The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a worker must have been ready for its earlier crashes to be forgotten.</summary>
    /// <value>0 seconds to 30 days. The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan RestartsForgottenAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the folder where nodes of this user keep what they own, each in a folder of its own.</summary>
    /// <value>A path. The default is <c>mindtrace/nodes</c> in the user's folder for local application data.</value>
    [Required]
    public string StateDirectory { get; set; } = Path.Combine(LocalData, "mindtrace", "nodes");

    /// <summary>Gets or sets how large the file may grow that a worker writes its output to. What came before the last time it was full is dropped.</summary>
    /// <value>64 KiB to 1 GiB, in bytes. The default is 10 MiB.</value>
    [Range(64L << 10, 1L << 30)]
    public long WorkerLogBytes { get; set; } = 10L << 20;

    /// <summary>Gets or sets how many launches are remembered whose worker has ended, with its log.</summary>
    /// <value>0 to 100000. The default is 200.</value>
    [Range(0, 100_000)]
    public int EndedLaunchesKept { get; set; } = 200;

    // There is no such folder for a user without a home.
    private static string LocalData => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } path
        ? path
        : Path.GetTempPath();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!PortRange.TryParse(WorkerPorts, out _))
        {
            yield return new($"'{WorkerPorts}' is no range of ports, such as 8092-8111.", [nameof(WorkerPorts)]);
        }

        if (MaxRestartDelay < RestartDelay)
        {
            yield return new("MaxRestartDelay must be at least RestartDelay.", [nameof(MaxRestartDelay)]);
        }
    }
}
