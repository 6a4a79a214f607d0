using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>A manager and a worker on a store of their own, which may hold what another release has stored.</summary>
internal sealed class RecordedCluster : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly GarnetServer _redis = new();
    private readonly DirectoryInfo _registry = Directory.CreateTempSubdirectory("mindtrace-test-registry-");
    private ManagerProgram? _manager;
    private WorkerProgram? _worker;

    private RecordedCluster()
    {
    }

    public Uri Url => _manager!.Url;

    /// <summary>Gets where the worker is, as it is listed.</summary>
    public Uri WorkerUrl => new(_worker!.Url.AbsoluteUri);

    public ClusterClient Client => _manager!.Cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it.</summary>
    /// <param name="recording">What its store holds; nothing when it is empty.</param>
    public static async Task<RecordedCluster> StartAsync(string? recording = null)
    {
        var cluster = new RecordedCluster();
        try
        {
            await cluster._redis.StartAsync(Cancel);
            await (recording is null ? Task.CompletedTask : StoreRecording.LoadAsync(recording, cluster._redis.ConnectionString, cluster._registry));

            // Attempts that were running then are found lost soon, and what is older than a week is not forgotten.
            cluster._manager = ManagerProgram.Start(
                cluster._redis.ConnectionString, space: null, ("Registry:Path", cluster._registry.FullName), ("Worker:HeartbeatInterval", "00:00:01"),
                ("Worker:LeaseDuration", "00:00:05"), ("Recovery:AlertLease", "00:00:05"), ("Recovery:ContactTime", "00:00:05"),
                ("Recovery:LookInterval", "00:00:00.5"), ("Jobs:Retention", "3650.00:00:00"));
            cluster._worker = await WorkerProgram.StartAsync(cluster._redis.ConnectionString, new RecordedWorker());
            using var look = new PeriodicTimer(LookInterval);
            while (!(await cluster.Client.ListWorkersAsync(Cancel)).Any(worker => new Uri(worker.WorkerUrl).Port == cluster.WorkerUrl.Port))
            {
                await look.WaitForNextTickAsync(Cancel);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task RecordAsync(string file) => StoreRecording.WriteAsync(file, _redis.ConnectionString, _registry);

    public async ValueTask DisposeAsync()
    {
        await (_worker?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_manager?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _redis.DisposeAsync();
        _registry.Delete(recursive: true);
    }

    /// <summary>Prints two lines and echoes; fails when it is to wait.</summary>
    private sealed class RecordedWorker : Worker<EchoInput, EchoOutput>
    {
        public override async Task<EchoOutput> RunAsync(EchoInput input, JobContext context, CancellationToken cancellationToken)
        {
            if (input.Delay > 0)
            {
                throw new JobFailedException("It does not wait.");
            }

            await context.WriteLineAsync("one", cancellationToken: cancellationToken);
            await context.WriteLineAsync("two", cancellationToken: cancellationToken);
            return new EchoOutput(input.Message);
        }
    }
}
