using System.Reflection;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>What this worker says of itself in the records of the jobs that it has run.</summary>
internal sealed class WorkerProvenance(IWorker worker, IOptions<WorkerOptions> options)
{
    private readonly JobProvenance _ofWorker = new(0, NameOf(worker.GetType()), VersionOf(worker.GetType().Assembly), Environment.MachineName)
    {
        WorkerType = options.Value.WorkerType,
        Node = options.Value.NodeUrl?.AbsoluteUri,
    };

    public JobProvenance OfAttempt(int number) => _ofWorker with { Attempt = number };

    private static string NameOf(Type type) => type.FullName ?? type.Name;

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "";
}
