using System.Runtime.CompilerServices;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Jobs;

/// <summary>What was agreed for the jobs of each type, ready to be applied.</summary>
internal sealed class JobTypeCatalog(RedisJobTypes types)
{
    // The store hands out the same object for as long as a definition is unchanged, so its schema is compiled once.
    private readonly ConditionalWeakTable<JobTypeDefinition, JobAgreement> _compiled = [];

    /// <summary>Looks up a type.</summary>
    /// <returns>What was agreed; <see langword="null"/> when nothing was.</returns>
    public async Task<JobAgreement?> FindAsync(JobType type, CancellationToken cancellationToken) =>
        await types.FindAsync(type, cancellationToken) is { } definition ? _compiled.GetValue(definition, it => new JobAgreement(it)) : null;

    /// <summary>Keeps a definition; the earlier one of the type is replaced.</summary>
    /// <exception cref="Services.InvalidRequestException">A schema is none.</exception>
    public Task SaveAsync(JobTypeDefinition definition, CancellationToken cancellationToken)
    {
        JobAgreement.Check(definition);
        return types.SaveAsync(definition, cancellationToken);
    }

    public Task<IReadOnlyList<JobTypeDefinition>> ListAsync(CancellationToken cancellationToken) => types.ListAsync(cancellationToken);

    /// <inheritdoc cref="RedisJobTypes.PauseAsync"/>
    public Task PauseAsync(JobType type, CancellationToken cancellationToken) => types.PauseAsync(type, cancellationToken);

    /// <inheritdoc cref="RedisJobTypes.ResumeAsync"/>
    public Task ResumeAsync(JobType type, CancellationToken cancellationToken) => types.ResumeAsync(type, cancellationToken);

    public Task<bool> IsPausedAsync(JobType type, CancellationToken cancellationToken) => types.IsPausedAsync(type, cancellationToken);

    public Task<IReadOnlySet<JobType>> ListPausedAsync(CancellationToken cancellationToken) => types.ListPausedAsync(cancellationToken);

    public Task ClearAsync(CancellationToken cancellationToken) => types.ClearAsync(cancellationToken);
}
