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
        CallAsync(database => database.HashSetAsync(_bindings, name.Value, type.Value), cancellationToken);

    public async Task<JobType?> FindJobTypeAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        JobType.TryParse(await CallAsync(database => database.HashGetAsync(_bindings, name.Value), cancellationToken), out var type) ? type : null;

    private async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(redis.GetDatabase()).WaitAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is RedisConnectionException or RedisTimeoutException)
        {
            throw new JobBackendUnavailableException("The store of the worker types' job types cannot be reached.", fault);
        }
    }
}
