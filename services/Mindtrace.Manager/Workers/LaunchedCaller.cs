using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Holds the key of a launched worker to that worker. Other keys with the role speak for any.</summary>
internal static class LaunchedCaller
{
    /// <exception cref="OtherWorkerException">The key was made for another worker.</exception>
    public static void RequireToSpeakFor(this Caller caller, WorkerId worker)
    {
        if (caller.Name is { } name && LaunchedWorkerKey.TryRead(name, out var key) && key.Worker.ToString() != worker.Value)
        {
            throw new OtherWorkerException(worker);
        }
    }
}

/// <summary>A launched worker is to speak for another one.</summary>
internal sealed class OtherWorkerException(WorkerId worker) : Exception($"The key was made for another worker than '{worker}', and speaks for that one alone.");
