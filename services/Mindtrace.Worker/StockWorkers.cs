using Mindtrace.Cluster;
using Mindtrace.Worker.Scripts;

namespace Mindtrace.Worker;

/// <summary>The classes that the stock worker can run.</summary>
internal static class StockWorkers
{
    private static readonly StockWorker[] All =
    [
        new(typeof(EchoWorker), _ => { }),
        new(typeof(RunScriptWorker), builder => builder.AddScripts()),
    ];

    /// <summary>Runs the class that the settings name, until the process is told to stop.</summary>
    /// <param name="args">The command line, which is configuration as well.</param>
    /// <exception cref="InvalidOperationException">There is no such class, or none was named.</exception>
    public static async Task RunAsync(string[] args)
    {
        var stock = Find(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build()["Worker:Class"]);
        await WorkerHost.RunAsync(args, stock.Class, stock.AddServices);
    }

    /// <summary>Finds a class by its simple or full name, or by a dotted path of which the last part counts.</summary>
    /// <exception cref="InvalidOperationException">There is no such class, or none was named.</exception>
    public static StockWorker Find(string? name) =>
        Array.Find(All, it => it.Class.Name == name?[(name.LastIndexOf('.') + 1)..])
        ?? throw new InvalidOperationException(
            $"Worker:Class is '{name}'. The stock worker runs one of: {string.Join(", ", All.Select(it => it.Class.Name))}. "
            + "Set it on the command line (--Worker:Class EchoWorker) or as the environment variable Worker__Class.");
}

/// <summary>A class that the stock worker can run.</summary>
/// <param name="Class">The class.</param>
/// <param name="AddServices">Adds what its constructor takes.</param>
internal sealed record StockWorker(Type Class, Action<IHostApplicationBuilder> AddServices);
