using Mindtrace.Node.Launching;
using Mindtrace.Node.Logs;
using Mindtrace.Node.Membership;
using Mindtrace.Services;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddService("Node");
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
