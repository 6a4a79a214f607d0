using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>How job queues use RabbitMQ. Bound from <c>RabbitMq</c>; where the broker is comes with the connection factory.</summary>
public sealed class RabbitMqQueueOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string SectionName = "RabbitMq";

    /// <summary>Gets or sets how long a consumer may hold a message of a quorum queue before the broker hands it to another one.</summary>
    /// <value>
    /// 1 second to 30 days, above the longest job. The default is 24 hours; the broker's own would be 30 minutes.
    /// Classic queues of RabbitMQ 4.3 have no such limit.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ConsumerTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how long a publish waits for the broker to confirm what it was sent.</summary>
    /// <value>1 second to 10 minutes. The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the heartbeat interval of the connections. A silent peer is given up after about twice as long.</summary>
    /// <value>5 seconds to 5 minutes, in whole seconds. The default is 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets where the management API is, by which the manager makes the user that workers log in by.</summary>
    /// <value>An http or https URL. None by default: then workers log in as the manager does.</value>
    public Uri? ManagementUrl { get; set; }

    /// <summary>Gets or sets the name that the broker lists the connections under: <c>mindtrace {name} publish</c>, and <c>consume</c>.</summary>
    /// <value>1 to 200 characters. The default is the name of the program.</value>
    [Required]
    [StringLength(200)]
    public string ClientName { get; set; } = Assembly.GetEntryAssembly()?.GetName().Name ?? "service";
}
