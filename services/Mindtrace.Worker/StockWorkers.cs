using Mindtrace.Cluster;

namespace Mindtrace.Worker;

/// <summary>The classes that the stock worker can run.</summary>
internal static class StockWorkers
{
    private static readonly Type[] Classes = [typeof(EchoWorker)];

    /// <summary>Finds a class by its simple or full name, or by a dotted path of which the last part counts.</summary>
    /// <exception cref="InvalidOperationException">There is no such class, or none was named.</exception>
    public static Type Find(string? name) =>
        Array.Find(Classes, it => it.Name == name?[(name.LastIndexOf('.') + 1)..])
        ?? throw new InvalidOperationException(
            $"Worker:Class is '{name}'. The stock worker runs one of: {string.Join(", ", Classes.Select(it => it.Name))}. "
            + "Set it on the command line (--Worker:Class EchoWorker) or as the environment variable Worker__Class.");
}
