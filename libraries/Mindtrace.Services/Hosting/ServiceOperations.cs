namespace Mindtrace.Services;

/// <summary>The operations of every service.</summary>
public static class ServiceOperations
{
    /// <summary>Lists the names of all operations of the service, in order of registration.</summary>
    public static readonly Operation<Unit, EndpointsResponse> Endpoints = new("endpoints", Role.Viewer)
    {
        Description = "Lists the names of all operations of the service.",
        Tool = true,
    };

    /// <summary>Tells that the service is available.</summary>
    public static readonly Operation<Unit, StatusResponse> Status = new("status", Role.Viewer)
    {
        Description = "Tells whether the service is available.",
        Tool = true,
    };

    /// <summary>Tells that the service is available, and which process answers.</summary>
    public static readonly Operation<Unit, HeartbeatResponse> Heartbeat = new("heartbeat", Role.Viewer)
    {
        Description = "Tells whether the service is available, and which process answers.",
        Tool = true,
    };

    /// <summary>Gives the UUID of the process.</summary>
    public static readonly Operation<Unit, ServerIdResponse> ServerId = new("server_id", Role.Viewer)
    {
        Description = "Gives the UUID of the service's process, new with each start.",
    };

    /// <summary>Gives the kind of service.</summary>
    public static readonly Operation<Unit, ClassNameResponse> ClassName = new("class_name", Role.Viewer)
    {
        Description = "Gives the kind of service.",
    };

    /// <summary>Gives the path of the file that holds the process id, on the service's machine.</summary>
    public static readonly Operation<Unit, PidFileResponse> PidFile = new("pid_file", Role.Viewer)
    {
        Description = "Gives the path of the file that holds the process id, on the service's machine.",
    };

    /// <summary>Stops the service gracefully once the answer is sent. The answer is text, not JSON.</summary>
    public static readonly Operation<Unit, Unit> Shutdown = new("shutdown", Role.Admin)
    {
        Description = "Stops the service gracefully.",
        Audit = _ => null,
    };
}
