using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using StackExchange.Redis;

namespace Mindtrace.Manager.Workers;

/// <summary>The worker types, and the job type that each consumes from its launch on.</summary>
internal sealed class WorkerTypeCatalog(WorkerTypeStore types, IConnectionMultiplexer redis, RedisKeySpace space)
{
    private readonly RedisKey _bindings = space.Prefix + "worker-type-jobs";

    public Task SaveAsync(RegisterWorkerTypeRequest request, CancellationToken cancellationToken) => types.SaveAsync(
        request.WorkerName,
        new WorkerTypeDefinition(request.WorkerClass)
        {
            WorkerParams = request.WorkerParams ?? new Dictionary<string, System.Text.Json.JsonElement>(),
        },
        cancellationToken);

    public async Task<bool> ExistsAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        await types.FindAsync(name, cancellationToken) is not null;

    public Task BindAsync(WorkerTypeName name, JobType type, CancellationToken cancellationToken) =>
        redis.GetDatabase().HashSetAsync(_bindings, name.Value, type.Value).WaitAsync(cancellationToken);

    public async Task<JobType?> FindJobTypeAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        JobType.TryParse(await redis.GetDatabase().HashGetAsync(_bindings, name.Value).WaitAsync(cancellationToken), out var type) ? type : null;
}
