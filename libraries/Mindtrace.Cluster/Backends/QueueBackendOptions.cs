namespace Mindtrace.Cluster;

/// <summary>What carries the queues. Bound from <c>Queue</c>.</summary>
public sealed class QueueBackendOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Queue";

    /// <summary>Gets or sets the kind of server.</summary>
    /// <value>The default is <see cref="QueueBackend.RabbitMq"/>.</value>
    public QueueBackend Backend { get; set; } = QueueBackend.RabbitMq;
}

/// <summary>The kinds of servers that carry queues.</summary>
public enum QueueBackend
{
    /// <summary>RabbitMQ at <c>ConnectionStrings:rabbitmq</c>.</summary>
    RabbitMq,

    /// <summary>Redis at <c>ConnectionStrings:redis</c>, which keeps the jobs as well.</summary>
    Redis,
}
