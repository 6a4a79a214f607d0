namespace Mindtrace.Services;

/// <summary>How exceptions of one type, and of types derived from it, are answered.</summary>
internal sealed record ProblemMapping(Type ExceptionType, Func<Exception, Problem> ToProblem);
