using System.Globalization;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>The servers that both sides use: those of the environment, else the embedded Redis, started here.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly DirectoryInfo? _data;
    private readonly ServiceProcess? _embedded;

    private Servers(string redis, string? rabbitMq, DirectoryInfo? data, ServiceProcess? embedded) =>
        (Redis, RabbitMq, _data, _embedded) = (redis, rabbitMq, data, embedded);

    /// <summary>Gets the connection string of Redis.</summary>
    public string Redis { get; }

    /// <summary>Gets the connection string of RabbitMQ; <see langword="null"/> when Redis carries the queues.</summary>
    public string? RabbitMq { get; }

    public string Description => (_embedded is null ? "Redis" : "embedded Redis") + (RabbitMq is null ? ", queues on it" : ", RabbitMQ");

    public static async Task<Servers> StartAsync(CancellationToken cancellationToken)
    {
        var rabbitMq = Given("rabbitmq");
        if (Given("redis") is { } redis)
        {
            return new Servers(redis, rabbitMq, data: null, embedded: null);
        }

        var data = Directory.CreateTempSubdirectory("mindtrace-bench-redis-");
        var launch = new ServiceLaunch { Program = ServiceProgram.Of("Mindtrace.EmbeddedRedis"), ReadyWhen = ServiceReadiness.Listening };
        launch.Settings["EmbeddedRedis:Port"] = launch.Url.Port.ToString(CultureInfo.InvariantCulture);
        launch.Settings["EmbeddedRedis:Directory"] = data.FullName;
        try
        {
            var embedded = await ServiceProcess.LaunchAsync(launch, cancellationToken);
            return new Servers(launch.Url.Authority, rabbitMq, data, embedded);
        }
        catch
        {
            data.Delete(recursive: true);
            throw;
        }
    }

    public async Task<ConnectionMultiplexer> ConnectToRedisAsync() => await ConnectionMultiplexer.ConnectAsync(Redis);

    public IEnumerable<ProcessMemory> ReadMemory() => _embedded is null ? [] : [ProcessMemory.Of(_embedded)];

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }

        _data?.Delete(recursive: true);
    }

    private static string? Given(string name) =>
        Environment.GetEnvironmentVariable($"ConnectionStrings__{name}") is { Length: > 0 } value ? value : null;
}
