using Mindtrace.Cluster;
using Mindtrace.Node.Launching;
using Mindtrace.Node.Logs;
using Mindtrace.Node.Membership;
using Mindtrace.Node.Programs;
using Mindtrace.Services;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

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
