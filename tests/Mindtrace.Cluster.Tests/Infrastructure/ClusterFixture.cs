using Mindtrace.Cluster.Tests;
using Mindtrace.Jobs;
using Mindtrace.TestServers;

[assembly: AssemblyFixture(typeof(ClusterFixture))]

namespace Mindtrace.Cluster.Tests;

/// <summary>One manager on one Redis, for all tests that leave them up. Job types are unique, so tests do not meet.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly GarnetServer _redis = new();

    internal ManagerProgram Manager { get; private set; } = null!;

    internal ClusterClient Cluster => Manager.Cluster;

    internal string Redis => _redis.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync(TestContext.Current.CancellationToken);
        Manager = ManagerProgram.Start(Redis);
    }

    public async ValueTask DisposeAsync()
    {
        await Manager.DisposeAsync();
        await _redis.DisposeAsync();
    }

    /// <summary>Makes a job type that no other test uses.</summary>
    internal static JobSchema<EchoInput, EchoOutput> NewType(string name) => new($"{name}-{Guid.NewGuid():N}");

    /// <summary>Starts a worker in this process and has the manager route a job type to it.</summary>
    internal async Task<WorkerProgram> StartWorkerAsync(IWorker worker, JobType type)
    {
        var program = await WorkerProgram.StartAsync(Redis, worker);
        await Cluster.RegisterJobToWorkerAsync(type, program.Url, TestContext.Current.CancellationToken);
        return program;
    }

    /// <summary>Routes a job type to its queue, which nobody consumes.</summary>
    internal Task RouteAsync(JobType type) => RegisterAsync(type, nameof(EchoWorker));

    /// <summary>Registers a worker type of the job type's name whose workers consume it.</summary>
    internal Task RegisterAsync(JobType type, string workerClass) => Cluster.RegisterWorkerTypeAsync(
        new RegisterWorkerTypeRequest(WorkerTypeName.Parse(type.Value), workerClass) { JobType = type }, TestContext.Current.CancellationToken);
}
