using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Docs.Tests.Guide;

/// <summary>Runs what uses the cluster one after the other: some of it drains what others need.</summary>
[CollectionDefinition(nameof(GuideCluster))]
public sealed class GuideCollection : ICollectionFixture<GuideCluster>;

/// <summary>The cluster of the guide's quick start, made by its snippets, for all tests that need a cluster.</summary>
public sealed class GuideCluster : IAsyncLifetime
{
    private readonly Stack<ServiceProcess> _processes = new();
    private DirectoryInfo? _data;

    public string ApiKey { get; private set; } = "";

    internal ClusterClient Client { get; private set; } = null!;

    internal ServiceClient Manager { get; private set; } = null!;

    internal ServiceProcess Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        #region data
        var key = RandomNumberGenerator.GetHexString(32);
        var data = Directory.CreateTempSubdirectory("mindtrace-");
        #endregion

        // What the node keeps is this test's own. Processes inherit it.
        Environment.SetEnvironmentVariable("Node__StateDirectory", data.CreateSubdirectory("nodes").FullName);
        Environment.SetEnvironmentVariable("Node__ProgramsDirectory", data.CreateSubdirectory("programs").FullName);
        (ApiKey, _data) = (key, data);

        #region launch-redis
        var redis = await ServiceProcess.LaunchAsync(new ServiceLaunch
        {
            Program = ServiceProgram.Of("Mindtrace.EmbeddedRedis"),
            Url = new Uri("http://127.0.0.1:18301"),
            ReadyWhen = ServiceReadiness.Listening,
            Settings = { ["EmbeddedRedis:Port"] = "18301", ["EmbeddedRedis:Directory"] = Path.Combine(data.FullName, "redis") },
        });
        #endregion
        _processes.Push(redis);

        #region launch-manager
        var manager = await ServiceProcess.LaunchAsync(new ServiceLaunch
        {
            Program = ServiceProgram.Of("Mindtrace.Manager"),
            ApiKey = key,
            Settings =
            {
                ["ConnectionStrings:redis"] = redis.Url.Authority,
                ["Queue:Backend"] = "Redis",
                ["Registry:Path"] = Path.Combine(data.FullName, "registry"),
            },
        });
        var cluster = new ClusterClient(manager.Client);
        Console.WriteLine((await manager.Client.CallAsync(ServiceOperations.Status)).Status);   // Available
        #endregion
        _processes.Push(manager);
        (Manager, Client) = (manager.Client, cluster);

        #region launch-node
        var node = await ServiceProcess.LaunchAsync(new ServiceLaunch
        {
            Program = ServiceProgram.Of("Mindtrace.Node"),
            ApiKey = key,
            ReadyWhen = ServiceReadiness.Healthy,
            Settings = { ["Manager:BaseAddress"] = manager.Url.AbsoluteUri },
        });
        #endregion
        _processes.Push(node);
        Node = node;
    }

    public async ValueTask DisposeAsync()
    {
        while (_processes.TryPop(out var process))
        {
            await process.DisposeAsync();
        }

        _data?.Delete(recursive: true);
    }

    /// <summary>Launches an echo worker that nobody registered.</summary>
    internal async Task<ServiceProcess> LaunchWorkerAsync()
    {
        var (key, redis) = (ApiKey, new Uri("http://127.0.0.1:18301"));

        #region launch-worker-directly
        var worker = await ServiceProcess.LaunchAsync(new ServiceLaunch
        {
            Program = ServiceProgram.Of("Mindtrace.Worker"),
            ApiKey = key,
            Settings =
            {
                ["Worker:Class"] = "EchoWorker",
                ["ConnectionStrings:redis"] = redis.Authority,
                ["Queue:Backend"] = "Redis",
            },
        });
        Console.WriteLine((await worker.Client.CallAsync(ServiceOperations.Status)).Status);
        #endregion
        return worker;
    }
}
