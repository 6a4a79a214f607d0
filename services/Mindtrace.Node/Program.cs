using Mindtrace.Cluster;
using Mindtrace.Environments;
using Mindtrace.Node.Launching;
using Mindtrace.Node.Logs;
using Mindtrace.Node.Membership;
using Mindtrace.Node.Programs;
using Mindtrace.Services;
using Mindtrace.Worker;

if (GitProcess.IsIn(args))
{
    return GitProcess.Run(args);
}

if (LaunchableProgram.IsStockWorker(args))
{
    await StockWorkers.RunAsync(args[1..]);
    return Environment.ExitCode;
}

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

ProcessMemory.Close();
var builder = WebApplication.CreateBuilder(args);
builder.AddMindtraceVariables();
builder.AddServiceDefaults();
builder.AddService("Node");
builder.AddPrograms();
builder.AddLaunching();
builder.AddWorkerLogs();

// Stops before the workers do: the manager is not to launch any more of them here.
builder.AddMembership();

var app = builder.Build();
app.MapOperations(operations =>
{
    operations.MapLaunching();
    operations.MapWorkerLogs();
});
app.MapWorkerLogStream();
app.MapDefaultEndpoints();
app.Run();
return Environment.ExitCode;
