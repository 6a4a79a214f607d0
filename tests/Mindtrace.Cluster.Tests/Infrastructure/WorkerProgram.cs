using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>A worker as <see cref="WorkerHost"/> hosts it, in this process, on a port of its own.</summary>
internal sealed class WorkerProgram : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WorkerProgram(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public string Id => _app.Services.GetRequiredService<WorkerIdentity>().Id.Value;

    /// <summary>Gets what is cancelled once the worker was told to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    public OperationCatalog Operations => _app.Services.GetRequiredService<OperationCatalog>();

    /// <summary>Starts a worker.</summary>
    /// <param name="redis">The connection string.</param>
    /// <param name="worker">Its code.</param>
    /// <param name="space">The keys of its cluster.</param>
    /// <param name="settings">More settings.</param>
    public static Task<WorkerProgram> StartAsync(
        string redis, IWorker worker, RedisKeySpace? space = null, params (string Key, string Value)[] settings) =>
        StartAsync(redis, worker, _ => { }, space, settings);

    /// <summary>Starts a worker some of whose parts are the test's.</summary>
    public static async Task<WorkerProgram> StartAsync(
        string redis, IWorker worker, Action<IServiceCollection> replace, RedisKeySpace? space = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis,
            ["Queue:Backend"] = nameof(QueueBackend.Redis),
            ["Security:ApiKey"] = ManagerProgram.ApiKey,
            ["Logging:LogLevel:Default"] = "Error",
            ["Logging:LogLevel:StackExchange.Redis"] = "None",
            ["Worker:DrainTimeout"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton(space ?? new RedisKeySpace());
        builder.AddWorker(worker.GetType());
        builder.Services.AddSingleton(worker);
        replace(builder.Services);
        var app = builder.Build();
        app.MapWorker();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WorkerProgram(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
