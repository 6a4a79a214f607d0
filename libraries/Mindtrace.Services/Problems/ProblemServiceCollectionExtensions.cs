using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services;

/// <summary>Registers how a service answers the exceptions of its domain.</summary>
public static class ProblemServiceCollectionExtensions
{
    /// <summary>Answers exceptions of a type, and of types derived from it, with a problem.</summary>
    /// <typeparam name="TException">The exception. When several registered types match, the most derived one counts.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="slug">The last part of the type in kebab-case: <c>job-not-found</c>.</param>
    /// <param name="title">The kind of problem in words, the same for each occurrence.</param>
    /// <param name="detail">What to tell of this occurrence; nothing by default. It must hold no secret.</param>
    /// <param name="retryAfter">After how long a caller may try again; not told by default.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddProblem<TException>(
        this IServiceCollection services,
        int status,
        string slug,
        string title,
        Func<TException, string?>? detail = null,
        TimeSpan? retryAfter = null)
        where TException : Exception
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        ArgumentException.ThrowIfNullOrEmpty(slug);
        var problem = new Problem(ProblemTypes.Prefix + slug, title, status) { RetryAfter = retryAfter };
        return services.AddProblem<TException>(exception => problem with { Detail = detail?.Invoke(exception) });
    }

    /// <summary>Answers exceptions of a type, and of types derived from it, with the problem made from each.</summary>
    /// <typeparam name="TException">The exception. When several registered types match, the most derived one counts.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="toProblem">Makes the problem. It must hold no secret.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddProblem<TException>(this IServiceCollection services, Func<TException, Problem> toProblem)
        where TException : Exception =>
        services.AddSingleton(new ProblemMapping(typeof(TException), exception => toProblem((TException)exception)));
}
