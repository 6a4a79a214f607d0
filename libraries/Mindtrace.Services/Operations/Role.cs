namespace Mindtrace.Services;

/// <summary>Who may call an operation. Every operation names one; a caller holds any number of them.</summary>
public enum Role
{
    /// <summary>Reads: statuses, lists, records.</summary>
    Viewer,

    /// <summary>Submits and cancels jobs.</summary>
    Submitter,

    /// <summary>Runs the cluster: routes, worker types, launches, dead letters.</summary>
    Operator,

    /// <summary>Reports on jobs as the worker that runs them.</summary>
    Worker,

    /// <summary>Acts as a node: registers itself and receives connection settings.</summary>
    Node,

    /// <summary>Stops services and clears data.</summary>
    Admin,
}
