using Mindtrace.Cluster;
using Mindtrace.Samples.Uppercase;

await WorkerHost.RunAsync<UppercaseWorker>(args);
