using Mindtrace.Services;

namespace Mindtrace.Benchmarks;

/// <summary>What a process uses.</summary>
/// <param name="Process">Its name.</param>
/// <param name="ResidentBytes">The memory that it holds now.</param>
/// <param name="ProcessorTime">The processor time since its start.</param>
internal sealed record ProcessUse(string Process, long ResidentBytes, TimeSpan ProcessorTime)
{
    public static ProcessUse OfThisProcess => Of("this process", Environment.ProcessId);

    public static ProcessUse Of(ServiceProcess service) => Of(service.Name, service.ProcessId);

    private static ProcessUse Of(string name, int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return new ProcessUse(name, process.WorkingSet64, process.TotalProcessorTime);
    }
}
