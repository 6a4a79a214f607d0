using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What the manager knows of nodes.</summary>
public static class NodeDirectoryOperations
{
    /// <summary>Makes a node known and hands it the settings of the cluster.</summary>
    public static readonly Operation<RegisterNodeRequest, RegisterNodeResponse> RegisterNode = new("register_node", Role.Node)
    {
        Example = new(Examples.NodeUrl),
        Description = "Makes a node known and answers how to reach store and broker.",
        Audit = request => request.NodeUrl.AbsoluteUri,
    };

    /// <summary>Notes a sign of life of a node.</summary>
    public static readonly Operation<NodeHeartbeatRequest, NodeHeartbeatResponse> NodeHeartbeat = new("node_heartbeat", Role.Node)
    {
        Example = new(Examples.NodeUrl, Workers: 2, MaxWorkers: 20),
        Description = "Notes that a node lives and how many workers it has. Answers whether the node is known; if not, it has to register.",
    };

    /// <summary>Forgets a node that ends.</summary>
    public static readonly Operation<NodeUrlRequest, Unit> UnregisterNode = new("unregister_node", Role.Node)
    {
        Example = new(Examples.NodeUrl),
        Description = "Forgets a node that ends in good order. An unknown node is no error.",
        Audit = request => request.NodeUrl.AbsoluteUri,
    };

    /// <summary>Empties a node.</summary>
    public static readonly Operation<DrainNodeRequest, NodeStatus> DrainNode = new("drain_node", Role.Operator)
    {
        Example = new(Examples.NodeUrl) { TimeoutSeconds = 600 },
        Description = "Has no more workers launched on a node, and drains all that it has, with one deadline for all. It stays so until it is resumed, across its restarts too.",
        Audit = request => request.NodeUrl.AbsoluteUri,
    };

    /// <summary>Takes the drain of a node back.</summary>
    public static readonly Operation<NodeUrlRequest, NodeStatus> ResumeNode = new("resume_node", Role.Operator)
    {
        Example = new(Examples.NodeUrl),
        Description = "Lets workers be launched on a drained node again. Its workers that have not ended yet, and are not drained themselves, go on.",
        Audit = request => request.NodeUrl.AbsoluteUri,
    };

    /// <summary>Lists the nodes.</summary>
    public static readonly Operation<Unit, ListNodesResponse> ListNodes = new("list_nodes", Role.Viewer)
    {
        Description = "Lists all nodes that were heard of in the last day.", Tool = true,
    };
}

/// <summary>A node that makes itself known.</summary>
/// <param name="NodeUrl">Where the node is.</param>
public sealed record RegisterNodeRequest([property: HttpUrl] Uri NodeUrl);

/// <summary>How to reach store, broker and registry.</summary>
/// <remarks>
/// The first nine are those of the original, for nodes in Python; empty and 0 where there is no such server. Those of S3 are handed out
/// where the manager is set to: other nodes get programs by <c>find_worker_type</c> and <c>GET /worker_package</c>.
/// </remarks>
public sealed record RegisterNodeResponse
{
    /// <summary>Gets host and port of the S3 server.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Gets the S3 access key.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>Gets the S3 secret key.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>Gets the bucket of the registry.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>Gets the port of the S3 server.</summary>
    public int MinioPort { get; init; }

    /// <summary>Gets the host of the broker.</summary>
    [JsonPropertyName("rabbitmq_host")]
    public string RabbitMqHost { get; init; } = "";

    /// <summary>Gets the port of the broker.</summary>
    [JsonPropertyName("rabbitmq_port")]
    public int RabbitMqPort { get; init; }

    /// <summary>Gets the user at the broker.</summary>
    [JsonPropertyName("rabbitmq_username")]
    public string RabbitMqUsername { get; init; } = "";

    /// <summary>Gets the password at the broker.</summary>
    [JsonPropertyName("rabbitmq_password")]
    public string RabbitMqPassword { get; init; } = "";

    /// <summary>Gets the settings that the workers of a C# node take as configuration: connection strings, queue backend, and their key.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>A node that lives.</summary>
/// <param name="NodeUrl">Where the node is.</param>
/// <param name="Workers">How many workers it has, those that are being launched included.</param>
/// <param name="MaxWorkers">How many workers it has ports for.</param>
public sealed record NodeHeartbeatRequest(
    [property: HttpUrl] Uri NodeUrl, [property: Range(0, int.MaxValue)] int Workers, [property: Range(0, int.MaxValue)] int MaxWorkers)
{
    /// <summary>Gets what it has in all. The default is none: then only workers that need nothing in particular are placed there.</summary>
    public NodeCapacity? Resources { get; init; }

    /// <summary>Gets what its workers have reserved of it. The default is nothing.</summary>
    public NodeCapacity? Reserved { get; init; }

    /// <summary>Gets its labels. The default is none.</summary>
    [MaxLength(64)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>What a node has, or a part of it.</summary>
/// <param name="Cpus">Processors.</param>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="Gpus">GPUs.</param>
public sealed record NodeCapacity(double Cpus, long MemoryBytes, int Gpus);

/// <summary>What became of a node's sign of life.</summary>
/// <param name="Known">Whether the node is known. If not, its sign was not noted.</param>
public sealed record NodeHeartbeatResponse(bool Known);

/// <summary>Names a node.</summary>
/// <param name="NodeUrl">Where the node is.</param>
public sealed record NodeUrlRequest([property: HttpUrl] Uri NodeUrl);

/// <summary>Asks to drain a node.</summary>
/// <param name="NodeUrl">Where the node is.</param>
public sealed record DrainNodeRequest([property: HttpUrl] Uri NodeUrl) : DrainRequest;

/// <summary>The nodes.</summary>
/// <param name="Nodes">Each node, the one heard of last first.</param>
public sealed record ListNodesResponse(IReadOnlyList<NodeStatus> Nodes);

/// <summary>What is known of a node.</summary>
/// <param name="NodeUrl">Where it is.</param>
/// <param name="Status">Whether it lives.</param>
/// <param name="Workers">How many workers it has, those that are being launched included.</param>
/// <param name="MaxWorkers">How many workers it has ports for; none when the node did not tell.</param>
/// <param name="LastHeartbeat">When it was last heard of, by the store's clock.</param>
public sealed record NodeStatus(Uri NodeUrl, NodeState Status, int Workers, int? MaxWorkers, DateTimeOffset LastHeartbeat)
{
    /// <summary>Gets what it has in all; none when it does not tell.</summary>
    public NodeCapacity? Resources { get; init; }

    /// <summary>Gets what is reserved of it for workers, those included that are being launched.</summary>
    public NodeCapacity? Reserved { get; init; }

    /// <summary>Gets its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether it is drained: no worker is launched there.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Gets when what its workers still run is given back, by the store's clock; none without a deadline.</summary>
    public DateTimeOffset? DrainDeadline { get; init; }
}

/// <summary>Whether a node lives. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeState>))]
public enum NodeState
{
    /// <summary>It was heard of lately.</summary>
    [JsonStringEnumMemberName("alive")] Alive,

    /// <summary>It has been silent for too long: no worker is launched there unless the node is named.</summary>
    [JsonStringEnumMemberName("silent")] Silent,
}
