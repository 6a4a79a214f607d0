using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.AppHost.Tests.Boot;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>Reads what services write to their consoles, and keeps what tells of a fault.</summary>
internal sealed class ServiceLogs : IAsyncDisposable
{
    // How the console writes the levels error and critical, and how .NET announces its end; and what keys have in them, which are in no log.
    private static readonly string[] Marks = ["fail: ", "crit: ", "Unhandled exception", BootedCluster.ApiKey, "mtk."];

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly CancellationTokenSource _ending;
    private Task _reading = Task.CompletedTask;

    private ServiceLogs(CancellationToken cancellationToken) => _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Gets the lines that tell of a fault.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Begins to read.</summary>
    public static ServiceLogs Watch(DistributedApplication app, string[] resources, CancellationToken cancellationToken)
    {
        var logs = new ServiceLogs(cancellationToken);
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        logs._reading = Task.WhenAll(resources.Select(resource => logs.ReadAsync(loggers, resource)));
        return logs;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _reading;
        _ending.Dispose();
    }

    private async Task ReadAsync(ResourceLoggerService loggers, string resource)
    {
        try
        {
            await foreach (var batch in loggers.WatchAsync(resource).WithCancellation(_ending.Token))
            {
                foreach (var line in batch.Where(line => Marks.Any(mark => line.Content.Contains(mark, StringComparison.Ordinal))))
                {
                    _faults.Enqueue($"{resource}: {line.Content}");
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
    }
}
