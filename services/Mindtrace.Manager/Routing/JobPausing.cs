using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.Routing;

/// <summary>Holds the jobs of a type back, and lets them begin again.</summary>
/// <remarks>
/// Workers consume the queue of a paused type no more, so its messages stay where they are. Of a type that goes to an endpoint,
/// jobs that come up meanwhile lose their dispatch entry, and get another when the type is resumed.
/// </remarks>
internal sealed class JobPausing(IJobStore store, IDispatchStore dispatch, JobTypeCatalog types)
{
    /// <exception cref="JobTypeNotRegisteredException">The job type has neither a route nor a definition.</exception>
    public async Task PauseAsync(JobType type, CancellationToken cancellationToken)
    {
        if (!(await store.ListRoutesAsync(cancellationToken)).ContainsKey(type) && await types.FindAsync(type, cancellationToken) is null)
        {
            throw new JobTypeNotRegisteredException(type);
        }

        await types.PauseAsync(type, cancellationToken);
    }

    public async Task ResumeAsync(JobType type, CancellationToken cancellationToken)
    {
        await types.ResumeAsync(type, cancellationToken);
        if ((await store.ListRoutesAsync(cancellationToken)).GetValueOrDefault(type)?.IsEndpoint == true)
        {
            await dispatch.RedispatchAsync(type, cancellationToken);
        }
    }
}
