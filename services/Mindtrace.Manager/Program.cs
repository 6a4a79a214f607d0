using Mindtrace.Cluster;
using Mindtrace.Dashboard;
using Mindtrace.Manager;
using Mindtrace.Manager.Audit;
using Mindtrace.Manager.DeadLetters;
using Mindtrace.Manager.Dispatching;
using Mindtrace.Manager.Endpoints;
using Mindtrace.Manager.Gateway;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Keys;
using Mindtrace.Manager.Limits;
using Mindtrace.Manager.Logs;
using Mindtrace.Manager.Nodes;
using Mindtrace.Manager.Recovery;
using Mindtrace.Manager.Routing;
using Mindtrace.Manager.Scheduling;
using Mindtrace.Manager.Storage;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

var builder = WebApplication.CreateBuilder(args);
builder.AddMindtraceVariables(isManager: true);
builder.AddServiceDefaults();
builder.AddService("ClusterManager");
builder.AddManagerProblems();
builder.AddJobBackends();
builder.Services.AddRegistry(builder.Configuration);
builder.AddDispatching();
builder.AddEndpointJobs();
builder.AddJobs();
builder.AddJobLogs();
builder.AddRouting();
builder.AddWorkers();
builder.AddWorkerTypes();
builder.AddNodes();
builder.AddGateway();
builder.AddRecovery();
builder.AddLimits();
builder.AddDeadLetters();
builder.AddScheduling();
builder.AddKeys();
builder.AddDashboard();
builder.Services.AddHostedService<EvictionWarning>();

var app = builder.Build();
app.MapOperations(operations =>
{
    operations.MapJobs();
    operations.MapJobLogs();
    operations.MapRouting();
    operations.MapWorkers();
    operations.MapWorkerTypes();
    operations.MapNodes();
    operations.MapDeadLetters();
    operations.MapScheduling();
    operations.MapApps();
    operations.MapKeys();
    operations.MapAudit();
});
app.MapJobLogStream();
app.MapWorkerLogStream();
app.MapDefaultEndpoints();
app.MapDashboard();
app.MapGateway();
app.Run();

/// <summary>The manager's entry point, named for the tests that host it.</summary>
public partial class Program;
