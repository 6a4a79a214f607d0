using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>Answers every exception as problem details.</summary>
internal sealed class ProblemExceptionHandler(ExceptionProblems problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        await problems.Explain(httpContext.Request.Path, exception).WriteAsync(httpContext);
        return true;
    }
}
