using System.Globalization;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>A node that runs, in this process or in one of its own, as its manager and its callers see it.</summary>
internal sealed class RunningNode(ManagerProgram manager, Uri url, Func<Task> stop) : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new();

    public Uri Url { get; } = url;

    /// <summary>Gets what it offers; none of a node in a process of its own.</summary>
    public OperationCatalog? Operations { get; init; }

    public ServiceClient Service => new(_http, Url, ManagerProgram.ApiKey);

    /// <summary>Launches a worker through the manager, once that knows this node.</summary>
    public async Task<Guid> LaunchAsync(string workerType, Uri? url = null, string? name = null)
    {
        await manager.NodesWhenAsync(nodes => nodes.Any(node => node.NodeUrl == Url));
        var launch = new LaunchWorkerOnNodeRequest(WorkerTypeName.Parse(workerType)) { NodeUrl = Url, WorkerUrl = url, WorkerName = name };
        return (await manager.Cluster.LaunchWorkerAsync(launch, TestContext.Current.CancellationToken)).LaunchId;
    }

    /// <summary>Launches a worker and waits until it is ready.</summary>
    public async Task<LaunchStatus> LaunchReadyAsync(string workerType, Uri? url = null, string? name = null)
    {
        var launch = await EndOfLaunchAsync(await LaunchAsync(workerType, url, name));
        Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error));
        return launch;
    }

    /// <summary>Waits until a launch is ready or failed, which it is after the node's own timeout at the latest.</summary>
    public Task<LaunchStatus> EndOfLaunchAsync(Guid launch) =>
        manager.Cluster.WaitForLaunchAsync(new LaunchWorkerOnNodeResponse(launch, Url), TestContext.Current.CancellationToken);

    /// <summary>Waits until the status of a launch is as it should be.</summary>
    public async Task<LaunchStatus> WhenAsync(Guid launch, Func<LaunchStatus, bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var status = await manager.Cluster.LaunchWorkerStatusAsync(Url, launch, TestContext.Current.CancellationToken).InTime();
            if (condition(status))
            {
                return status;
            }

            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Finds the process of a worker by the file that it wrote its id to.</summary>
    public static async Task<int> ProcessIdAsync(LaunchStatus worker)
    {
        using var http = new HttpClient();
        var client = ManagerProgram.ClientOf(new Uri(worker.WorkerUrl!), http);
        var file = await client.CallAsync(ServiceOperations.PidFile, TestContext.Current.CancellationToken);
        return int.Parse(await File.ReadAllTextAsync(file.PidFile, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await stop();
        _http.Dispose();
    }
}
