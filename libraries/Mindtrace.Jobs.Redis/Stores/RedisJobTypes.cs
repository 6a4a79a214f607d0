using System.Collections.Concurrent;
using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>What was agreed for each job type. Every look reads the server, so that all managers go by the latest.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisJobTypes(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _types = space.Key("job-types");
    private readonly OrderKeys _orders = new(space);
    private readonly ConcurrentDictionary<JobType, (RedisValue Text, JobTypeDefinition Definition)> _read = new();

    /// <summary>Keeps a definition; the earlier one of the type is replaced.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is stored.</returns>
    public Task SaveAsync(JobTypeDefinition definition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var text = JsonSerializer.SerializeToUtf8Bytes(definition, JobsJson.Default.JobTypeDefinition);
        return RedisOutage.MapAsync(_database, database => database.HashSetAsync(_types, definition.JobType.Value, text), cancellationToken);
    }

    /// <summary>Looks up the definition of a type.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The definition, the same object for as long as it is unchanged; <see langword="null"/> when nothing was agreed.</returns>
    public async Task<JobTypeDefinition?> FindAsync(JobType type, CancellationToken cancellationToken)
    {
        var text = await RedisOutage.MapAsync(_database, database => database.HashGetAsync(_types, type.Value), cancellationToken).ConfigureAwait(false);
        return text.IsNull ? null : Read(type, text);
    }

    /// <summary>Lists the definitions.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The definitions, by job type.</returns>
    public async Task<IReadOnlyList<JobTypeDefinition>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = await RedisOutage.MapAsync(_database, database => database.HashGetAllAsync(_types), cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => Read(JobType.Parse(entry.Name!), entry.Value)).OrderBy(it => it.JobType.Value, StringComparer.Ordinal)];
    }

    /// <summary>Has no more jobs of a type begun until it is resumed. They are accepted and wait.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when workers are told.</returns>
    public Task PauseAsync(JobType type, CancellationToken cancellationToken) =>
        OrderAsync(type, database => database.SetAddAsync(_orders.PausedTypes, type.Value), cancellationToken);

    /// <summary>Lets the jobs of a type begin again.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when workers are told.</returns>
    public Task ResumeAsync(JobType type, CancellationToken cancellationToken) =>
        OrderAsync(type, database => database.SetRemoveAsync(_orders.PausedTypes, type.Value), cancellationToken);

    /// <summary>Tells whether a type is paused.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is.</returns>
    public Task<bool> IsPausedAsync(JobType type, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.SetContainsAsync(_orders.PausedTypes, type.Value), cancellationToken);

    /// <summary>Lists the paused types.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The types, in no order.</returns>
    public async Task<IReadOnlySet<JobType>> ListPausedAsync(CancellationToken cancellationToken)
    {
        var paused = await RedisOutage.MapAsync(_database, database => database.SetMembersAsync(_orders.PausedTypes), cancellationToken).ConfigureAwait(false);
        return paused.Select(type => JobType.Parse(type!)).ToHashSet();
    }

    /// <summary>Forgets all definitions, and what is paused.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are forgotten.</returns>
    public Task ClearAsync(CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.KeyDeleteAsync([_types, _orders.PausedTypes]), cancellationToken);

    private Task<long> OrderAsync(JobType type, Func<IDatabase, Task> change, CancellationToken cancellationToken) => RedisOutage.MapAsync(
        _database,
        async database =>
        {
            await change(database).ConfigureAwait(false);
            return await database.PublishAsync(RedisChannel.Literal(_orders.Channel), $"type {type}").ConfigureAwait(false);
        },
        cancellationToken);

    private JobTypeDefinition Read(JobType type, RedisValue text)
    {
        if (_read.TryGetValue(type, out var known) && known.Text == text)
        {
            return known.Definition;
        }

        var definition = JsonSerializer.Deserialize((byte[])text!, JobsJson.Default.JobTypeDefinition)!;
        _read[type] = (text, definition);
        return definition;
    }
}
