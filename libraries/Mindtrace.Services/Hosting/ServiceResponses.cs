using System.Text.Json.Serialization;

namespace Mindtrace.Services;

/// <summary>How a service is doing. Spelled in Pascal case on the wire, unlike any other enum.</summary>
public enum ServerStatus
{
    /// <summary>It does not answer.</summary>
    [JsonStringEnumMemberName("Down")]
    Down,

    /// <summary>It is being started.</summary>
    [JsonStringEnumMemberName("Launching")]
    Launching,

    /// <summary>It did not start.</summary>
    [JsonStringEnumMemberName("FailedToLaunch")]
    FailedToLaunch,

    /// <summary>It answers.</summary>
    [JsonStringEnumMemberName("Available")]
    Available,

    /// <summary>It is being stopped.</summary>
    [JsonStringEnumMemberName("Stopping")]
    Stopping,
}

/// <summary>The answer to <c>status</c>.</summary>
/// <param name="Status">How the service is doing.</param>
public sealed record StatusResponse(ServerStatus Status);

/// <summary>The answer to <c>heartbeat</c>.</summary>
/// <param name="Heartbeat">The sign of life.</param>
public sealed record HeartbeatResponse(ServiceHeartbeat Heartbeat);

/// <summary>A sign of life.</summary>
/// <param name="Status">How the service is doing.</param>
/// <param name="ServerId">The UUID of its process.</param>
/// <param name="Message">The status in words.</param>
/// <param name="Details">More, as text, if the service has more to tell.</param>
public sealed record ServiceHeartbeat(ServerStatus Status, Guid ServerId, string? Message, string? Details = null);

/// <summary>The answer to <c>endpoints</c>.</summary>
/// <param name="Endpoints">The names of all operations, without slash, in order of registration.</param>
public sealed record EndpointsResponse(IReadOnlyList<string> Endpoints);

/// <summary>The answer to <c>server_id</c>.</summary>
/// <param name="ServerId">The UUID of the process.</param>
public sealed record ServerIdResponse(Guid ServerId);

/// <summary>The answer to <c>class_name</c>.</summary>
/// <param name="ClassName">The kind of service.</param>
public sealed record ClassNameResponse(string ClassName);

/// <summary>The answer to <c>pid_file</c>.</summary>
/// <param name="PidFile">The path on the service's machine.</param>
public sealed record PidFileResponse(string PidFile);
