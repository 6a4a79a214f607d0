using Mindtrace.Cluster;
using Mindtrace.Worker;

var stock = StockWorkers.Find(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build()["Worker:Class"]);
await WorkerHost.RunAsync(args, stock.Class, stock.AddServices);
