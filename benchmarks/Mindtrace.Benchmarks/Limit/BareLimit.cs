using System.Collections.Concurrent;
using System.Text;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>
/// The least that runs the same jobs on the same servers: publish with confirm, three status writes, consume, acknowledge.
/// No HTTP, no JSON, no leases, no retries; submitter and consumer share this process.
/// </summary>
internal sealed class BareLimit : IEchoSystem, IAsyncDisposable
{
    private const int IdLength = 32;

    private readonly ConnectionMultiplexer _redis;
    private readonly IDatabase _database;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();
    private readonly IBareQueue _queue;
    private long _completed;

    private BareLimit(ConnectionMultiplexer redis, IBareQueue queue) => (_redis, _database, _queue) = (redis, redis.GetDatabase(), queue);

    /// <summary>Connects. Nothing is consumed yet.</summary>
    public static async Task<BareLimit> StartAsync(Servers servers, CancellationToken cancellationToken)
    {
        var redis = await servers.ConnectToRedisAsync();
        return new BareLimit(
            redis, servers.RabbitMq is { } rabbitMq ? await BareRabbitMqQueue.ConnectAsync(rabbitMq, cancellationToken) : new BareRedisQueue(redis));
    }

    /// <summary>Runs jobs from now on.</summary>
    public Task ConsumeAsync(CancellationToken cancellationToken) => _queue.ConsumeAsync(HandleAsync, cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (id, completed) = (NewId(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting[id] = completed;
        await SubmitAsync(id, cancellationToken);
        await completed.Task.WaitAsync(cancellationToken);
    }

    public Task SubmitAsync(CancellationToken cancellationToken) => SubmitAsync(NewId(), cancellationToken);

    public async Task SubmitAsync(int jobs, CancellationToken cancellationToken)
    {
        string[] ids = [.. Enumerable.Range(0, jobs).Select(_ => NewId())];
        byte[][] bodies = [.. ids.Select(Body)];
        await Task.WhenAll(ids.Zip(bodies, StoreAsync));
        await Task.WhenAll(bodies.Select(body => _queue.PublishAsync(body, cancellationToken)));
    }

    public ValueTask<long> CountCompletedAsync() => ValueTask.FromResult(Interlocked.Read(ref _completed));

    /// <summary>Reads what the store knows of a job.</summary>
    public Task<HashEntry[]> ReadAsync(string id) => _database.HashGetAllAsync(Record(id));

    /// <summary>Submits a job whose id the caller wants to know.</summary>
    public async Task<string> SubmitKnownAsync(CancellationToken cancellationToken)
    {
        var id = NewId();
        await SubmitAsync(id, cancellationToken);
        return id;
    }

    public async Task<long?> ReadUsedMemoryAsync() => await Servers.ReadUsedMemoryAsync(_redis);

    public async Task<TimeSpan?> ReadRedisTimeAsync() => await Servers.ReadProcessorTimeAsync(_redis);

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static byte[] Body(string id) => Encoding.ASCII.GetBytes(id + EchoLoad.Message);

    private static RedisKey Record(string id) => $"bare:job:{id}";

    private async Task SubmitAsync(string id, CancellationToken cancellationToken)
    {
        var body = Body(id);
        await StoreAsync(id, body);
        await _queue.PublishAsync(body, cancellationToken);
    }

    private Task StoreAsync(string id, byte[] body) =>
        _database.HashSetAsync(Record(id), [new("status", "queued"), new("input", body.AsMemory(IdLength))]);

    private async Task HandleAsync(ReadOnlyMemory<byte> body)
    {
        var id = Encoding.ASCII.GetString(body.Span[..IdLength]);
        await _database.HashSetAsync(Record(id), "status", "running");
        await _database.HashSetAsync(Record(id), [new("status", "completed"), new("output", body[IdLength..])]);
        Interlocked.Increment(ref _completed);
        if (_waiting.TryRemove(id, out var completed))
        {
            completed.SetResult();
        }
    }
}
