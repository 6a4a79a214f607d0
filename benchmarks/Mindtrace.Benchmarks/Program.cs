using System.Runtime.InteropServices;
using Mindtrace.Benchmarks;
using Mindtrace.Services;

var timeLimit = TimeSpan.FromSeconds(115);
var wantsContainers = args.Contains(ContainerOverhead.Name);
IReadOnlyList<IScenario> scenarios = [new LatencyScenario(), new ThroughputScenario()];
if (args.Length > 0)
{
    scenarios = [.. scenarios.Where(scenario => args.Contains(scenario.Name))];
}

if (scenarios.Count + (wantsContainers ? 1 : 0) < args.Length)
{
    Console.Error.WriteLine("Usage: Mindtrace.Benchmarks [latency] [throughput] | containers");
    return 2;
}

using var stop = new CancellationTokenSource(timeLimit);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (wantsContainers)
    {
        var overhead = new Report($"{ContainerOverhead.Image} in containers", [await ContainerOverhead.MeasureAsync(stop.Token)], [ProcessMemory.OfThisProcess]);
        overhead.Print(Console.Out);
        Console.WriteLine($"Written to {overhead.Save()}");
        return 0;
    }

    await using var servers = await Servers.StartAsync(stop.Token);
    await using var limit = await BareLimit.StartAsync(servers, stop.Token);
    await using var cluster = await ClusterUnderTest.StartAsync(servers, stop.Token);
    var comparison = new Comparison(limit, cluster);
    await comparison.WarmUpAsync(stop.Token);

    var measurements = new List<Measurement>();
    foreach (var scenario in scenarios)
    {
        measurements.AddRange(await comparison.MeasureAsync(scenario, stop.Token));
    }

    var report = new Report(servers.Description, measurements, [.. servers.ReadMemory(), .. cluster.ReadMemory(), ProcessMemory.OfThisProcess]);
    report.Print(Console.Out);
    Console.WriteLine($"Written to {report.Save()}");
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine($"Stopped before the end: interrupted, or longer than {timeLimit.TotalSeconds} s. All that was started is stopped.");
    return 1;
}
catch (Exception fault) when (fault is OperationException or ServiceLaunchException or InvalidOperationException)
{
    Console.Error.WriteLine($"Not measured: {fault.Message}");
    return 1;
}

void Stop(PosixSignalContext signal)
{
    // The process goes on until it has ended its children.
    signal.Cancel = true;
    stop.Cancel();
}
