using System.Runtime.InteropServices;
using Mindtrace.Benchmarks;
using Mindtrace.Services;

var timeLimit = TimeSpan.FromSeconds(115);
IReadOnlyList<IScenario> scenarios = [new LatencyScenario(), new ThroughputScenario()];
if (args.Length > 0)
{
    scenarios = [.. scenarios.Where(scenario => args.Contains(scenario.Name))];
}

var overhead = args is [var alone] ? alone : null;
if (scenarios.Count < args.Length && overhead is not (ContainerOverhead.Name or CheckoutOverhead.Name))
{
    Console.Error.WriteLine("Usage: Mindtrace.Benchmarks [latency] [throughput] | containers | checkouts");
    return 2;
}

using var stop = new CancellationTokenSource(timeLimit);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    switch (overhead)
    {
        case ContainerOverhead.Name:
            return Tell(new Report($"{ContainerOverhead.Image} in containers", [await ContainerOverhead.MeasureAsync(stop.Token)], [ProcessMemory.OfThisProcess]));
        case CheckoutOverhead.Name:
            return Tell(new Report("checkouts from a mirror", [await CheckoutOverhead.MeasureAsync(stop.Token)], [ProcessMemory.OfThisProcess]));
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

    return Tell(new Report(servers.Description, measurements, [.. servers.ReadMemory(), .. cluster.ReadMemory(), ProcessMemory.OfThisProcess]));
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

static int Tell(Report report)
{
    report.Print(Console.Out);
    Console.WriteLine($"Written to {report.Save()}");
    return 0;
}

void Stop(PosixSignalContext signal)
{
    // The process goes on until it has ended its children.
    signal.Cancel = true;
    stop.Cancel();
}
