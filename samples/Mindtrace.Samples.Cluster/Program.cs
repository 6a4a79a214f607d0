using Mindtrace.Samples.Cluster;

// Each sample is a program of its own, in a file of its own. All but the queues start a small cluster, and stop it in the end.
var samples = new Dictionary<string, Func<CancellationToken, Task>>
{
    ["gateway"] = GatewaySample.RunAsync,
    ["prelaunched-worker"] = PrelaunchedWorkerSample.RunAsync,
    ["node"] = NodeSample.RunAsync,
    ["two-nodes"] = TwoNodesSample.RunAsync,
    ["many-processes"] = ManyProcessesSample.RunAsync,
    ["package-worker"] = PackageWorkerSample.RunAsync,
    ["git-worker"] = GitWorkerSample.RunAsync,
    ["scripts"] = ScriptsSample.RunAsync,
    ["queues"] = QueuesSample.RunAsync,
};

if (args is not [var name] || !samples.TryGetValue(name, out var sample))
{
    await Console.Error.WriteLineAsync($"Name a sample: {string.Join(", ", samples.Keys)}");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
await sample(stop.Token);
return 0;
