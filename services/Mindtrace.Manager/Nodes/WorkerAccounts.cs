using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.RabbitMQ;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Manager.Nodes;

/// <summary>Keeps users for workers at Redis and RabbitMQ, with the rights that running jobs takes, and tells how workers log in.</summary>
/// <remarks>
/// The passwords follow from the key of the cluster, so that all managers know the same and none is kept anywhere. Where a server cannot
/// have such users, workers are handed the manager's own connection string, and the log says so once.
/// </remarks>
internal sealed partial class WorkerAccounts(
    RedisWorkerUser redis, RabbitMqWorkerUser rabbitMq, IConfiguration configuration, IOptions<NodeOptions> options,
    IOptions<RabbitMqQueueOptions> broker, IOptions<SecurityOptions> security, TimeProvider time, ILogger<WorkerAccounts> logger) : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _making = new(1, 1);
    private WorkerLogins? _logins;
    private bool _isUnsure;

    /// <summary>Tells how workers log in. The users exist by then.</summary>
    /// <exception cref="JobBackendUnavailableException">A server that may have such users cannot be reached.</exception>
    public async Task<WorkerLogins> GetAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            return _logins ??= new WorkerLogins(await MakeRedisAsync(cancellationToken), await MakeRabbitMqAsync(cancellationToken));
        }
        finally
        {
            _making.Release();
        }
    }

    public override void Dispose()
    {
        _making.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var look = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await KeepAsync(stoppingToken))
            {
                await look.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The users stay, for the workers that go on.
        }
    }

    /// <returns>Whether there is a user that has to be kept.</returns>
    private async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if ((await GetAsync(cancellationToken)).Redis is null)
            {
                return false;
            }

            await redis.EnsureAsync(PasswordOf(redis.Name), cancellationToken);
            _isUnsure = false;
        }
        catch (Exception fault) when (fault is JobBackendUnavailableException or RedisServerException)
        {
            if (!_isUnsure)
            {
                LogNotKept(fault.Message);
            }

            _isUnsure = true;
        }

        return true;
    }

    /// <returns>The connection string; <see langword="null"/> when there is no such user.</returns>
    private async Task<string?> MakeRedisAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.WorkerAccounts)
        {
            return null;
        }

        try
        {
            await redis.RenewAsync(PasswordOf(redis.Name), cancellationToken);
        }
        catch (Exception fault) when (fault is RedisServerException or NotSupportedException)
        {
            LogNone("Redis", fault.Message);
            return null;
        }

        var login = ConfigurationOptions.Parse(configuration.GetConnectionString(JobBackendsExtensions.RedisConnectionName)!);
        (login.User, login.Password) = (redis.Name, PasswordOf(redis.Name));

        // A key and a channel by which clients agree on a primary; workers are not told of them.
        (login.TieBreaker, login.ConfigurationChannel) = ("", "");
        return login.ToString(includePassword: true);
    }

    private async Task<Uri?> MakeRabbitMqAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.WorkerAccounts || configuration.GetConnectionString(JobBackendsExtensions.RabbitMqConnectionName) is not { Length: > 0 } url)
        {
            return null;
        }

        if (broker.Value.ManagementUrl is not { } management)
        {
            LogNone("RabbitMQ", $"{RabbitMqQueueOptions.SectionName}:{nameof(RabbitMqQueueOptions.ManagementUrl)} is not set");
            return null;
        }

        const string Purpose = "rabbitmq";
        try
        {
            var own = new Uri(url);
            var name = await rabbitMq.MakeAsync(management, own, PasswordOf(Purpose), cancellationToken);
            return new UriBuilder(own) { UserName = Uri.EscapeDataString(name), Password = PasswordOf(Purpose) }.Uri;
        }
        catch (UnauthorizedAccessException fault)
        {
            LogNone("RabbitMQ", fault.Message);
            return null;
        }
    }

    private string PasswordOf(string purpose) => Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(security.Value.ApiKey!), Encoding.UTF8.GetBytes($"mindtrace worker account {purpose}")));

    [LoggerMessage(LogLevel.Warning, "Workers log in at {Server} as the manager does, and may do all that it may: {Reason}")]
    private partial void LogNone(string server, string reason);

    [LoggerMessage(LogLevel.Warning, "It is not known whether Redis still has the user of workers: {Reason}")]
    private partial void LogNotKept(string reason);
}

/// <summary>How workers log in at the servers. Holds secrets: never to be logged.</summary>
/// <param name="Redis">The connection string; none when workers have no user of their own there.</param>
/// <param name="RabbitMq">The broker with user and password; none when workers have no user of their own there.</param>
internal sealed record WorkerLogins(string? Redis, Uri? RabbitMq)
{
    /// <summary>Holds no secret, in case somebody logs it.</summary>
    public override string ToString() => nameof(WorkerLogins);
}
