using System.Globalization;
using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Services;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>Where the servers come from that both sides use.</summary>
internal enum ServerSource
{
    /// <summary>The embedded Redis, started here; it carries the queues, too.</summary>
    Embedded,

    /// <summary>Redis and RabbitMQ in containers, started here.</summary>
    Containers,

    /// <summary>Those of <c>ConnectionStrings__redis</c> and, when it is set, <c>ConnectionStrings__rabbitmq</c>.</summary>
    Given,
}

/// <summary>The servers that both sides use.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private const string RedisImage = "redis:8.6";
    private const string RabbitMqImage = "rabbitmq:4.3-management";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    private readonly List<IAsyncDisposable> _started = [];
    private ServiceProcess? _embedded;

    private Servers(string redis, string? rabbitMq, string description) => (Redis, RabbitMq, Description) = (redis, rabbitMq, description);

    /// <summary>Gets where the servers come from unless it is said.</summary>
    public static ServerSource DefaultSource => Variable("redis") is null ? ServerSource.Embedded : ServerSource.Given;

    /// <summary>Gets the connection string of Redis.</summary>
    public string Redis { get; }

    /// <summary>Gets the connection string of RabbitMQ; <see langword="null"/> when Redis carries the queues.</summary>
    public string? RabbitMq { get; }

    public string Description { get; }

    /// <exception cref="InvalidOperationException">They are not to be had here.</exception>
    public static Task<Servers> StartAsync(ServerSource source, CancellationToken cancellationToken) => source switch
    {
        ServerSource.Embedded => StartEmbeddedAsync(cancellationToken),
        ServerSource.Containers => StartContainersAsync(cancellationToken),
        _ => Task.FromResult(Given()),
    };

    /// <summary>Gets what a service is told of the servers.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["ConnectionStrings:redis"] = Redis,
        ["ConnectionStrings:rabbitmq"] = RabbitMq,
        ["Queue:Backend"] = RabbitMq is null ? nameof(QueueBackend.Redis) : nameof(QueueBackend.RabbitMq),
    };

    public async Task<ConnectionMultiplexer> ConnectToRedisAsync()
    {
        // The memory in use is told to administrators only.
        var options = ConfigurationOptions.Parse(Redis);
        options.AllowAdmin = true;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>Reads how much memory Redis uses for its data, in bytes; none when the server does not say.</summary>
    public static async Task<long?> ReadUsedMemoryAsync(IConnectionMultiplexer redis) => (long?)await ReadInfoAsync(redis, "memory", "used_memory");

    /// <summary>Reads the processor time of the thread of Redis that runs commands; none when the server does not say.</summary>
    public static async Task<TimeSpan?> ReadProcessorTimeAsync(IConnectionMultiplexer redis) =>
        TimeSpan.FromSeconds(1)
        * (await ReadInfoAsync(redis, "cpu", "used_cpu_user_main_thread") + await ReadInfoAsync(redis, "cpu", "used_cpu_sys_main_thread"));

    public IEnumerable<ProcessUse> ReadUse() => _embedded is null ? [] : [ProcessUse.Of(_embedded)];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _started.AsEnumerable().Reverse())
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<double?> ReadInfoAsync(IConnectionMultiplexer redis, string section, string field)
    {
        try
        {
            var info = await redis.GetServers()[0].InfoAsync(section);
            var text = info.SelectMany(fields => fields).FirstOrDefault(it => it.Key == field).Value;
            return double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        catch (RedisServerException)
        {
            // The embedded Redis has no such section.
            return null;
        }
    }

    private static Servers Given()
    {
        var redis = Variable("redis") ?? throw new InvalidOperationException("ConnectionStrings__redis is not set.");
        var rabbitMq = Variable("rabbitmq");
        return new Servers(redis, rabbitMq, rabbitMq is null ? "Redis, queues on it" : "Redis and RabbitMQ");
    }

    private static async Task<Servers> StartEmbeddedAsync(CancellationToken cancellationToken)
    {
        var data = new TemporaryFolder("mindtrace-bench-redis-");
        var launch = new ServiceLaunch { Program = ServiceProgram.Of("Mindtrace.EmbeddedRedis"), ReadyWhen = ServiceReadiness.Listening };
        launch.Settings["EmbeddedRedis:Port"] = launch.Url.Port.ToString(CultureInfo.InvariantCulture);
        launch.Settings["EmbeddedRedis:Directory"] = data.Path;
        var servers = new Servers(launch.Url.Authority, rabbitMq: null, "embedded Redis, queues on it") { _started = { data } };
        try
        {
            servers._embedded = await ServiceProcess.LaunchAsync(launch, cancellationToken);
            servers._started.Add(servers._embedded);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    private static async Task<Servers> StartContainersAsync(CancellationToken cancellationToken)
    {
        const string User = "mindtrace";
        var password = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var started = new List<IAsyncDisposable>();
        try
        {
            var redis = await ServerContainer.StartAsync(RedisImage, [], ["redis-server", "--appendonly", "yes", "--save", "", "--protected-mode", "no"], cancellationToken);
            started.Add(redis);
            var rabbitMq = await ServerContainer.StartAsync(
                RabbitMqImage, ["--env", $"RABBITMQ_DEFAULT_USER={User}", "--env", $"RABBITMQ_DEFAULT_PASS={password}"], [], cancellationToken);
            started.Add(rabbitMq);
            var servers = new Servers($"{redis.Address}:6379", $"amqp://{User}:{password}@{rabbitMq.Address}:5672/", "Redis and RabbitMQ in containers");
            servers._started.AddRange(started);
            await servers.WaitForRabbitMqAsync(cancellationToken);
            return servers;
        }
        catch
        {
            started.Reverse();
            foreach (var container in started)
            {
                await container.DisposeAsync();
            }

            throw;
        }
    }

    private async Task WaitForRabbitMqAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        while (true)
        {
            try
            {
                await (await new ConnectionFactory { Uri = new Uri(RabbitMq!) }.CreateConnectionAsync(either.Token)).DisposeAsync();
                return;
            }
            catch (BrokerUnreachableException) when (!either.IsCancellationRequested)
            {
                await Task.Delay(ProbeInterval, either.Token);
            }
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable($"ConnectionStrings__{name}") is { Length: > 0 } value ? value : null;
}
