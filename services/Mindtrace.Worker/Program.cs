using Mindtrace.Cluster;
using Mindtrace.Worker;

var workerClass = StockWorkers.Find(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build()["Worker:Class"]);
await WorkerHost.RunAsync(args, workerClass);
