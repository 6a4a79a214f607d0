var builder = DistributedApplication.CreateBuilder(args);

var cluster = builder.AddMindtraceCluster("cluster");
cluster.AddNode("node1");
cluster.AddWorkerType<Projects.Mindtrace_Samples_Uppercase>("uppercase", "uppercase_job");

builder.Build().Run();
