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

    public static async Task<BareLimit> StartAsync(Servers servers, CancellationToken cancellationToken)
    {
        var redis = await servers.ConnectToRedisAsync();
        IBareQueue queue = servers.RabbitMq is { } rabbitMq
            ? await BareRabbitMqQueue.ConnectAsync(rabbitMq, cancellationToken)
            : new BareRedisQueue(redis);
        var limit = new BareLimit(redis, queue);
        await queue.ConsumeAsync(limit.HandleAsync, cancellationToken);
        return limit;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (id, completed) = (NewId(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting[id] = completed;
        await SubmitAsync(id, cancellationToken);
        await completed.Task.WaitAsync(cancellationToken);
    }

    public Task SubmitAsync(CancellationToken cancellationToken) => SubmitAsync(NewId(), cancellationToken);

    public ValueTask<long> CountCompletedAsync() => ValueTask.FromResult(Interlocked.Read(ref _completed));

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static RedisKey Record(string id) => $"bare:job:{id}";

    private async Task SubmitAsync(string id, CancellationToken cancellationToken)
    {
        var body = Encoding.ASCII.GetBytes(id + EchoLoad.Message);
        await _database.HashSetAsync(Record(id), [new("status", "queued"), new("input", body.AsMemory(IdLength))]);
        await _queue.PublishAsync(body, cancellationToken);
    }

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
