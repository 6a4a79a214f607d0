using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>The worker types, and the job type that each consumes from its launch on.</summary>
internal sealed class WorkerTypeCatalog(WorkerTypeStore types, WorkerPackages packages, RedisWorkerDirectory directory, OutboundAddresses addresses)
{
    /// <exception cref="InvalidRequestException">The repository is at an address that services do not call.</exception>
    /// <exception cref="WorkerPackageNotFoundException">The package that it names is not there.</exception>
    public async Task SaveAsync(RegisterWorkerTypeRequest request, CancellationToken cancellationToken)
    {
        var definition = request.ToDefinition();
        if (definition.GitRepoUrl is { } repository)
        {
            addresses.Require(repository, "git_repo_url");
        }

        if (definition.Package is { } package)
        {
            await packages.RequireAsync(package, cancellationToken);
        }

        await types.SaveAsync(request.WorkerName, definition, cancellationToken);
    }

    public async Task<ListWorkerTypesResponse> ListAsync(CancellationToken cancellationToken)
    {
        List<KnownWorkerType> known = [];
        foreach (var (name, definition, versions) in await types.ListAsync(cancellationToken))
        {
            var (source, origin) = definition switch
            {
                { Package: { } package } => (WorkerSource.Package, package),
                { GitRepoUrl: { } repository } => (WorkerSource.Git, $"{repository} {definition.GitCommit ?? definition.GitBranch}".TrimEnd()),
                _ => (WorkerSource.BuiltIn, (string?)null),
            };
            known.Add(new KnownWorkerType(
                name, definition.WorkerType, source, [.. definition.WorkerParams.Keys],
                [.. versions.Select(version => new WorkerTypeVersion(version.Id, version.SavedAt))])
            {
                JobType = await FindJobTypeAsync(name, cancellationToken),
                Origin = origin,
                Needs = definition.Needs,
            });
        }

        return new ListWorkerTypesResponse(known);
    }

    public async Task<bool> ExistsAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is not null;

    public Task<WorkerTypeDefinition?> FindAsync(WorkerTypeName name, CancellationToken cancellationToken) => types.FindAsync(name, cancellationToken);

    public Task BindAsync(WorkerTypeName name, JobType type, CancellationToken cancellationToken) =>
        directory.BindAsync(name.Value, type, cancellationToken);

    public Task<JobType?> FindJobTypeAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        directory.FindBoundAsync(name.Value, cancellationToken);
}
