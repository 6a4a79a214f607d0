using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests;

/// <summary>A worker that is none of ours: it answers as the Python one does, and has no access to store or broker.</summary>
internal sealed class ForeignWorker : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ForeignWorker(WebApplication app) => _app = app;

    public Guid Id { get; } = Guid.NewGuid();

    public WorkerId WorkerId => WorkerId.Parse(Id.ToString());

    public Uri Url => new(_app.Urls.First());

    /// <summary>Gets or sets the job that it says it runs.</summary>
    public JobId? Runs { get; set; }

    /// <summary>Gets what it was sent to connect by.</summary>
    public JsonElement? Connected { get; private set; }

    public static async Task<ForeignWorker> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var worker = new ForeignWorker(app);
        app.MapPost("/status", () => Results.Json(new { status = "Available" }));
        app.MapPost("/heartbeat", () => Results.Json(new
        {
            heartbeat = new { status = "Available", server_id = worker.Id, message = "Heartbeat check successful.", details = (string?)null },
        }));
        app.MapPost("/connect_to_cluster", (JsonElement body) =>
        {
            worker.Connected = body;
            return Results.Json((string?)null);
        });
        app.MapPost("/get_status", () =>
        {
            worker._asked.TrySetResult();
            return Results.Json(new { worker_id = worker.Id, status = worker.Runs is null ? "idle" : "running", job_id = worker.Runs?.Value });
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return worker;
    }

    /// <summary>Waits until it is asked what it does.</summary>
    public async Task AskedAsync()
    {
        _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _asked.Task.InTime();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
