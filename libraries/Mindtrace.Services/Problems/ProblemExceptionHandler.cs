using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Services;

/// <summary>Answers every exception as problem details: those that are known by their mapping, all others as a bare 500.</summary>
internal sealed partial class ProblemExceptionHandler : IExceptionHandler
{
    private readonly Dictionary<Type, Func<Exception, Problem>> _mappings = [];
    private readonly ILogger<ProblemExceptionHandler> _logger;

    public ProblemExceptionHandler(IEnumerable<ProblemMapping> mappings, ILogger<ProblemExceptionHandler> logger)
    {
        _logger = logger;
        foreach (var mapping in mappings)
        {
            _mappings[mapping.ExceptionType] = mapping.ToProblem;
        }
    }

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Find(exception.GetType())?.Invoke(exception);
        if (problem is null)
        {
            LogUnexpected(httpContext.Request.Path, exception);
            problem = Problem.ForStatus(StatusCodes.Status500InternalServerError) with
            {
                Detail = "The request could not be fulfilled because of a fault in the service. Its log tells more under this trace id.",
            };
        }
        else if (problem.Status >= StatusCodes.Status500InternalServerError)
        {
            LogOutage(httpContext.Request.Path, problem.Type, exception);
        }

        await problem.WriteAsync(httpContext);
        return true;
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
