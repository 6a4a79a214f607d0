using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Node.Launching;

/// <summary>How a node launches workers. Bound from <c>Node</c>.</summary>
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
    /// <value>The path of an assembly that <c>dotnet</c> runs. The default is the one that ships with the node.</value>
    [Required]
    public string StockWorker { get; set; } = Path.Combine(AppContext.BaseDirectory, "stock-worker", "Mindtrace.Worker.dll");

    /// <summary>Gets or sets how long a worker may take from its start until it is ready.</summary>
    /// <value>1 second to 1 hour. The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LaunchTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a worker may take to drain and end when it is shut down; then it is killed.</summary>
    /// <value>0 seconds to 1 day. The default is 35 seconds, a little more than a worker's own drain.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(35);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!PortRange.TryParse(WorkerPorts, out _))
        {
            yield return new($"'{WorkerPorts}' is no range of ports, such as 8092-8111.", [nameof(WorkerPorts)]);
        }
    }
}
