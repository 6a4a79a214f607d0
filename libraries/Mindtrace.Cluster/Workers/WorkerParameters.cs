using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Cluster;

/// <summary>The parameters of a worker: settings of its class, not of its host.</summary>
public static class WorkerParameters
{
    /// <summary>The section that parameters are read from.</summary>
    public const string SectionName = $"{WorkerOptions.SectionName}:Parameters";

    internal static void AddWorkerParameters(this IServiceCollection services, Type workerClass)
    {
        var declared = workerClass.GetCustomAttribute<WorkerParametersAttribute>() ?? new WorkerParametersAttribute<None>();
        declared.Register(services);
    }

    /// <summary>The parameters of a class that takes none: whatever is given is one too many.</summary>
    private sealed class None;
}
