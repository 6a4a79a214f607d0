namespace Mindtrace.Manager.Workers;

/// <summary>A worker was named that the manager does not know.</summary>
internal sealed class WorkerNotFoundException(string workerId)
    : Exception($"There is no worker '{workerId}'. It never registered, or was not heard of for a day.");
