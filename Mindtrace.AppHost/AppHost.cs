using Mindtrace.AppHost.Reporting;

try
{
    var builder = DistributedApplication.CreateBuilder(args);

    // The manager, on external servers, containers, or what comes with .NET. Every operation asks for the key Parameters:api-key.
    var cluster = builder.AddMindtraceCluster("manager", port: 8002, prefix: "").WithExternalHttpEndpoints();
    cluster.AddNode("node", port: 8003);
    var worker = cluster.AddWorkerType("worker", workerClass: "EchoWorker", jobType: "echo_job", port: 8004);

    if (builder.ExecutionContext.IsRunMode)
    {
        var quickstart = builder.AddProject<Projects.Mindtrace_Samples_Quickstart>("quickstart")
            .WithReference(cluster).WaitForStart(cluster)
            .WaitForStart(worker);
        builder.AddConsoleReport(quickstart, cluster);
    }

    await builder.Build().RunAsync();
    return 0;
}
catch (DistributedApplicationException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
