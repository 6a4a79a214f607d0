namespace Mindtrace.Services;

/// <summary>Who may call an operation. Every operation names one; a caller holds any number of them.</summary>
/// <remarks>Admin includes operator, operator submitter, submitter viewer; node includes worker, and both stand apart from those, as does job.</remarks>
public enum Role
{
    /// <summary>Reads: statuses, lists, records.</summary>
    Viewer,

    /// <summary>Submits jobs, cancels its own, and calls apps behind the gateway.</summary>
    Submitter,

    /// <summary>Runs the cluster: launches, drains, schedules, dead letters.</summary>
    Operator,

    /// <summary>Reports on jobs as the worker that runs them.</summary>
    Worker,

    /// <summary>Acts as a node: registers itself and receives the settings and the key of its workers.</summary>
    Node,

    /// <summary>Decides what runs: registers job types, worker types, routes and apps; makes keys, clears data, stops services.</summary>
    Admin,

    /// <summary>Calls about the one job whose code the caller is. No key holds it: a <see cref="Capability"/> does, for as long as the attempt runs.</summary>
    Job,
}
