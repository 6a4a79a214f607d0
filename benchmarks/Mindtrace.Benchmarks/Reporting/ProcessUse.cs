using System.Globalization;
using Mindtrace.Services;

namespace Mindtrace.Benchmarks;

/// <summary>What a process uses.</summary>
/// <param name="Process">Its name.</param>
/// <param name="ResidentBytes">The memory that it holds now.</param>
/// <param name="OwnBytes">Of that, what it shares with no other process, and its part of the libraries that it shares; none where the system does not tell.</param>
/// <param name="ProcessorTime">The processor time since its start.</param>
/// <param name="AllocatedBytes">What it has allocated since its start; none where nothing tells.</param>
internal sealed record ProcessUse(string Process, long ResidentBytes, long? OwnBytes, TimeSpan ProcessorTime, long? AllocatedBytes = null)
{
    private const string ProportionalSetSize = "Pss:";

    public static ProcessUse OfThisProcess => Of("this process", Environment.ProcessId);

    public static ProcessUse Of(ServiceProcess service) => Of(service.Name, service.ProcessId);

    private static ProcessUse Of(string name, int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return new ProcessUse(name, process.WorkingSet64, ReadOwnBytes(id), process.TotalProcessorTime);
    }

    private static long? ReadOwnBytes(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith(ProportionalSetSize, StringComparison.Ordinal));
            return long.Parse(line.AsSpan(ProportionalSetSize.Length, line.Length - ProportionalSetSize.Length - "kB".Length), CultureInfo.InvariantCulture) << 10;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
