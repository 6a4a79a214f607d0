using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What a node does, and the manager on behalf of one.</summary>
public static class NodeOperations
{
    /// <summary>Lets a node launch a worker.</summary>
    public static readonly Operation<LaunchWorkerOnNodeRequest, LaunchWorkerOnNodeResponse> LaunchWorkerOnNode = new("launch_worker", Role.Operator)
    {
        Example = new(Examples.WorkerType) { NodeUrl = Examples.NodeUrl },
        Description = "Has a worker of a type launched by a node: the one that is named, else one that has what the type needs (Placement:Strategy). "
            + "Answers at once; launch_worker_status tells how it goes.",
        Audit = request => request.WorkerType.Value,
    };

    /// <summary>Tells how a launch goes, through the manager.</summary>
    public static readonly Operation<LaunchStatusOnNodeRequest, LaunchStatus> LaunchWorkerStatusOnNode = new("launch_worker_status", Role.Viewer)
    {
        Example = new(Examples.NodeUrl, Examples.Launch),
        Description = "Answers how a launch on a node goes.",
    };

    /// <summary>Launches a worker on this node.</summary>
    public static readonly Operation<LaunchWorkerRequest, LaunchWorkerResponse> LaunchWorker = new("launch_worker", Role.Operator)
    {
        Example = new(Examples.WorkerType) { AutoConnectJobType = Examples.JobType },
        Description = "Launches a worker of a type. Answers at once; launch_worker_status tells how it goes.",
        Audit = request => request.WorkerType.Value,
    };

    /// <summary>Tells how a launch goes.</summary>
    public static readonly Operation<LaunchIdRequest, LaunchStatus> LaunchWorkerStatus = new("launch_worker_status", Role.Viewer)
    {
        Example = new(Examples.Launch),
        Description = "Answers how a launch goes.",
    };

    /// <summary>Stops all workers of this node.</summary>
    public static readonly Operation<Unit, Unit> ShutdownAllWorkers = new("shutdown_all_workers", Role.Operator)
    {
        Description = "Stops all workers that this node launched, and waits until they have ended.",
        Audit = _ => null,
    };

    /// <summary>Stops the workers of a name.</summary>
    public static readonly Operation<WorkerNameRequest, Unit> ShutdownWorker = new("shutdown_worker", Role.Operator)
    {
        Example = new("echo-1"),
        Description = "Stops the workers of this name that this node launched. No such worker is no error.",
        Audit = request => request.WorkerName,
    };

    /// <summary>Stops a worker by id.</summary>
    public static readonly Operation<WorkerIdRequest, Unit> ShutdownWorkerById = new("shutdown_worker_by_id", Role.Operator)
    {
        Example = new(Examples.Worker.Value),
        Description = "Stops the worker of this id, if this node launched it.",
        Audit = request => request.WorkerId,
    };

    /// <summary>Stops a worker by port.</summary>
    public static readonly Operation<WorkerPortRequest, Unit> ShutdownWorkerByPort = new("shutdown_worker_by_port", Role.Operator)
    {
        Example = new(8092),
        Description = "Stops the worker on this port, if this node launched it.",
        Audit = request => request.WorkerPort.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Kills a worker.</summary>
    public static readonly Operation<WorkerIdRequest, Unit> KillWorker = new("kill_worker", Role.Operator)
    {
        Example = new(Examples.Worker.Value),
        Description = "Kills the process of a worker of this node, with all its children, at once. What it ran is lost; it is started again as after a crash. "
            + "No such worker is no error.",
        Audit = request => request.WorkerId,
    };

    /// <summary>Reads the end of what a worker wrote.</summary>
    public static readonly Operation<WorkerLogsRequest, WorkerLogsResponse> WorkerLogs = new("worker_logs", Role.Viewer)
    {
        Example = new() { WorkerId = Examples.Worker.Value, Lines = 20 },
        Description = "Answers the last lines that a worker of this node wrote, ended workers included. GET /worker_logs follows them.",
    };
}

/// <summary>Asks the manager to have a worker launched.</summary>
/// <param name="WorkerType">The worker type.</param>
public sealed record LaunchWorkerOnNodeRequest(WorkerTypeName WorkerType)
{
    /// <summary>Gets the node. The default is one that has what the worker type needs.</summary>
    [HttpUrl]
    public Uri? NodeUrl { get; init; }

    /// <summary>Gets the URL that the worker is to have. The default is a free port of the node's range.</summary>
    [HttpUrl]
    public Uri? WorkerUrl { get; init; }

    /// <summary>Gets a name for the worker. The default is its id.</summary>
    [PlainText(128)]
    public string? WorkerName { get; init; }
}

/// <summary>Asks a node to launch a worker.</summary>
/// <param name="WorkerType">The worker type.</param>
public sealed record LaunchWorkerRequest(WorkerTypeName WorkerType)
{
    /// <summary>Gets the URL that the worker is to have. The default is a free port of the node's range.</summary>
    [HttpUrl]
    public Uri? WorkerUrl { get; init; }

    /// <summary>Gets a name for the worker. The default is its id.</summary>
    [PlainText(128)]
    public string? WorkerName { get; init; }

    /// <summary>Gets the job type that the worker consumes once it is up. The default is none.</summary>
    public JobType? AutoConnectJobType { get; init; }

    /// <summary>Gets what the worker is to have of the node. The default is nothing in particular; then it sees no GPU of a node that has some.</summary>
    public WorkerNeeds? Needs { get; init; }
}

/// <summary>Names a launch on a node.</summary>
/// <param name="NodeUrl">The node.</param>
/// <param name="LaunchId">The launch.</param>
public sealed record LaunchStatusOnNodeRequest([property: HttpUrl] Uri NodeUrl, Guid LaunchId);

/// <summary>Names a launch.</summary>
/// <param name="LaunchId">The launch.</param>
public sealed record LaunchIdRequest(Guid LaunchId);

/// <summary>A launch that has begun.</summary>
/// <param name="LaunchId">The launch.</param>
public sealed record LaunchWorkerResponse(Guid LaunchId);

/// <summary>A launch that has begun on a node.</summary>
/// <param name="LaunchId">The launch.</param>
/// <param name="NodeUrl">The node, to be named when the launch is asked for.</param>
public sealed record LaunchWorkerOnNodeResponse(Guid LaunchId, Uri NodeUrl);

/// <summary>How a launch goes.</summary>
/// <param name="LaunchId">The launch.</param>
/// <param name="Status">How far it is.</param>
public sealed record LaunchStatus(Guid LaunchId, LaunchState Status)
{
    /// <summary>Gets the worker, once it is ready.</summary>
    public string? WorkerId { get; init; }

    /// <summary>Gets the worker's name, once it is ready.</summary>
    public string? WorkerName { get; init; }

    /// <summary>Gets where the worker is, once it is ready.</summary>
    public string? WorkerUrl { get; init; }

    /// <summary>Gets why the launch failed, with the last lines that the worker wrote.</summary>
    public string? Error { get; init; }
}

/// <summary>How far a launch is. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LaunchState>))]
public enum LaunchState
{
    /// <summary>Accepted.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>The process is being started, for the first time or again after a crash.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>The worker is up and consumes.</summary>
    [JsonStringEnumMemberName("ready")] Ready,

    /// <summary>The worker did not come up, or crashed too often.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>Names workers by the name given at their launch.</summary>
/// <param name="WorkerName">The name.</param>
public sealed record WorkerNameRequest([property: PlainText(256)] string WorkerName);

/// <summary>Names a worker by its port.</summary>
/// <param name="WorkerPort">The port, 1 to 65535.</param>
public sealed record WorkerPortRequest(int WorkerPort);

/// <summary>Names a worker of a node by one of three, and says how much of its log to read.</summary>
public sealed record WorkerLogsRequest
{
    /// <summary>How many lines can be read at once.</summary>
    public const int MaxLines = 10_000;

    /// <summary>How many lines are read unless told.</summary>
    public const int DefaultLines = 100;

    /// <summary>Gets the launch whose worker is meant: its latest one, if it was restarted.</summary>
    public Guid? LaunchId { get; init; }

    /// <summary>Gets the worker's id. That of a crashed worker is good until the one after it crashes as well.</summary>
    [PlainText(256)]
    public string? WorkerId { get; init; }

    /// <summary>Gets the worker's name. Of several workers of the name the one launched last is meant.</summary>
    [PlainText(256)]
    public string? WorkerName { get; init; }

    /// <summary>Gets how many lines to read at most.</summary>
    /// <value>0 to 10000. The default is 100.</value>
    [Range(0, MaxLines)]
    public int Lines { get; init; } = DefaultLines;
}

/// <summary>The end of what a worker wrote to standard output and standard error.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Lines">The lines, the oldest first.</param>
public sealed record WorkerLogsResponse(string WorkerId, IReadOnlyList<string> Lines);
