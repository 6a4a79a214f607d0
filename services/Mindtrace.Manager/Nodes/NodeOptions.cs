using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Nodes;

/// <summary>How the manager sees nodes. Bound from <c>Nodes</c>.</summary>
internal sealed class NodeOptions
{
    public const string SectionName = "Nodes";

    /// <summary>Gets or sets the silence after which a node does not count as live. Nodes beat every 5 seconds.</summary>
    /// <value>1 second to 1 day. The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets a value indicating whether workers get users of their own at Redis and RabbitMQ, where the servers can have them.</summary>
    /// <value>On by default. Off, nodes hand the manager's own credentials on to workers.</value>
    public bool WorkerAccounts { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether nodes are handed the credentials of S3.</summary>
    /// <value>Off by default: nodes get programs from the manager. Nodes in Python read the registry themselves, and need it on.</value>
    public bool HandOutRegistry { get; set; }
}
