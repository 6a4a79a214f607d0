using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Services;

/// <summary>Makes a problem of every exception: of those that are known by their mapping, of all others a bare 500.</summary>
internal sealed partial class ExceptionProblems
{
    private readonly Dictionary<Type, Func<Exception, Problem>> _mappings = [];
    private readonly ILogger<ExceptionProblems> _logger;

    public ExceptionProblems(IEnumerable<ProblemMapping> mappings, ILogger<ExceptionProblems> logger)
    {
        _logger = logger;
        foreach (var mapping in mappings)
        {
            _mappings[mapping.ExceptionType] = mapping.ToProblem;
        }
    }

    /// <summary>Makes the problem, and logs the exception when it is no fault of the caller's.</summary>
    public Problem Explain(string path, Exception exception)
    {
        var problem = Find(exception.GetType())?.Invoke(exception);
        if (problem is null)
        {
            LogUnexpected(path, exception);
            return Problem.ForStatus(StatusCodes.Status500InternalServerError) with
            {
                Detail = "The request could not be fulfilled because of a fault in the service. Its log tells more under this trace id.",
            };
        }

        if (problem.Status >= StatusCodes.Status500InternalServerError)
        {
            LogOutage(path, problem.Type, exception);
        }

        return problem;
    }

    private Func<Exception, Problem>? Find(Type exceptionType)
    {
        for (var type = exceptionType; type is not null; type = type.BaseType)
        {
            if (_mappings.TryGetValue(type, out var toProblem))
            {
                return toProblem;
            }
        }

        return null;
    }

    [LoggerMessage(LogLevel.Error, "{Path} failed unexpectedly")]
    private partial void LogUnexpected(string path, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Path} answered {ProblemType}")]
    private partial void LogOutage(string path, string problemType, Exception exception);
}
