using Mindtrace.Cluster;
using Mindtrace.SampleWorker;

await WorkerHost.RunAsync<UppercaseWorker>(args);
