using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Workers;

/// <summary>The worker types, and the job type that each consumes from its launch on.</summary>
internal sealed class WorkerTypeCatalog(WorkerTypeStore types, RedisWorkerDirectory directory)
{
    public Task SaveAsync(RegisterWorkerTypeRequest request, CancellationToken cancellationToken) => types.SaveAsync(
        request.WorkerName,
        new WorkerTypeDefinition(request.WorkerClass) { WorkerParams = request.WorkerParams ?? new Dictionary<string, JsonElement>() },
        cancellationToken);

    public async Task<bool> ExistsAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        await types.FindAsync(name, cancellationToken) is not null;

    public Task BindAsync(WorkerTypeName name, JobType type, CancellationToken cancellationToken) =>
        directory.BindAsync(name.Value, type, cancellationToken);

    public Task<JobType?> FindJobTypeAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        directory.FindBoundAsync(name.Value, cancellationToken);
}
