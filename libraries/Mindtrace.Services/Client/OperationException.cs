using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>A service answered an operation with something other than success.</summary>
public sealed class OperationException : Exception
{
    internal OperationException(string operation, Uri address, Problem problem, Exception? cause = null)
        : base($"{operation} at {address} answered {problem.Status}: {problem.Detail ?? problem.Title}", cause)
    {
        Operation = operation;
        Problem = problem;
    }

    /// <summary>Makes the exception of an operation of this very service.</summary>
    internal OperationException(string operation, Problem problem)
        : base($"{operation} answered {problem.Status}: {problem.Detail ?? problem.Title}")
    {
        Operation = operation;
        Problem = problem;
    }

    /// <summary>Gets the name of the operation.</summary>
    public string Operation { get; }

    /// <summary>Gets the HTTP status; 200 when the answer was a success that could not be read.</summary>
    public int Status => Problem.Status;

    /// <summary>Gets what kind of problem it is: one of <see cref="ProblemTypes"/>, or a type of the service's own.</summary>
    public string ProblemType => Problem.Type;

    /// <summary>Gets the kind of problem in words.</summary>
    public string Title => Problem.Title;

    /// <summary>Gets what was wrong this time, if the service told.</summary>
    public string? Detail => Problem.Detail;

    /// <summary>Gets what is wrong with each field of the request, by its path on the wire. Empty when no field is to blame.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => Problem.Errors ?? new Dictionary<string, string[]>();

    /// <summary>Gets after how long to try again, if the service told.</summary>
    public TimeSpan? RetryAfter => Problem.RetryAfter;

    internal Problem Problem { get; }

    /// <summary>
    /// Turns the answer of a service that was asked on a caller's behalf into the answer to that caller: faults of the
    /// caller and outages pass through; that the other refuses our key, or fails, is no doing of the caller's.
    /// </summary>
    internal Problem ToProblem() => Status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or < 400 or 500 or > 503 =>
            Problem.ForStatus(StatusCodes.Status502BadGateway) with { Detail = $"{Operation} was answered with {Status}." },
        _ => Problem,
    };
}
