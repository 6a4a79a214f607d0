using Mindtrace.AppHost;
using Mindtrace.AppHost.Commands;
using Mindtrace.AppHost.Infrastructure;
using Mindtrace.AppHost.Ports;
using Mindtrace.AppHost.Publishing;
using Mindtrace.AppHost.Reporting;

try
{
    var builder = DistributedApplication.CreateBuilder(args);

    // Redis, job queues and registry: external servers, containers, or what comes with .NET.
    var infrastructure = await builder.AddInfrastructureAsync();

    // Every operation of every service asks for this key. Set Parameters:api-key to choose it.
    var apiKey = builder.AddParameter(
        "api-key", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);

    var manager = builder.AddService<Projects.Mindtrace_Manager>("manager", apiKey)
        .WithServicePort("Ports:Manager", 8002)
        .WithJobs(infrastructure)
        .WithRegistry(infrastructure)
        .WithHttpHealthCheck("/health")
        .WithPublicHttps()
        .WithExternalHttpEndpoints()
        .WithDeployment(ReplicaRange.Read(builder.Configuration, "Replicas:Manager", otherwise: new(2, 3)), HealthProbe.Service)
        .WithTraceLinks()
        .WithManagerCommands(apiKey);

    // A node knows the manager and gets all else from it, as on a machine of its own.
    builder.AddService<Projects.Mindtrace_Node>("node", apiKey)
        .WithServicePort("Ports:Node", 8003)
        .WithManager(manager).WaitFor(manager)
        .WithHttpHealthCheck("/health")
        .WithDeployment(ReplicaRange.One, HealthProbe.Service)
        .WithNodeCommands(manager, apiKey);

    // Who finds no manager yet asks again, so worker and quickstart start beside it.
    var worker = builder.AddService<Projects.Mindtrace_Worker>("worker", apiKey)
        .WithServicePort("Ports:Worker", 8004)
        .WithManager(manager).WaitForStart(manager)
        .WithJobs(infrastructure)
        .WithEnvironment("Worker__Class", "EchoWorker")
        .WithEnvironment("Worker__JobTypes__0", "echo_job")
        .WithHttpHealthCheck("/health")
        .WithDeployment(ReplicaRange.One, HealthProbe.Service)
        .WithWorkerCommands(apiKey);

    if (builder.ExecutionContext.IsRunMode)
    {
        var quickstart = builder.AddService<Projects.Mindtrace_Samples_Quickstart>("quickstart", apiKey)
            .WithManager(manager).WaitForStart(manager)
            .WaitForStart(worker);
        builder.AddConsoleReport(quickstart, manager);
    }

    builder.AddPortCheck();
    await builder.Build().RunAsync();
    return 0;
}
catch (SetupException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
