using Mindtrace.Cluster;
using Mindtrace.Dashboard;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager;
using Mindtrace.Manager.Attempts;
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
using Mindtrace.Manager.Scaling;
using Mindtrace.Manager.Scheduling;
using Mindtrace.Manager.Storage;
using Mindtrace.Manager.Tools;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

if (HealthCommand.IsIn(args))
{
    return await HealthCommand.RunAsync();
}

var builder = WebApplication.CreateBuilder(args);
builder.AddMindtraceVariables(isManager: true);
builder.AddServiceDefaults();
builder.AddService("ClusterManager");
builder.AddManagerProblems();
builder.AddJobBackends();
builder.Services.AddRegistry(builder.Configuration, ServerCertificates.Of(builder.Configuration).Accepts);
builder.AddDispatching();
builder.AddEndpointJobs();
builder.AddJobs();
builder.AddJobLogs();
builder.AddRouting();
builder.AddWorkers();
builder.AddRemoteAttempts();
builder.AddWorkerTypes();
builder.AddNodes();
builder.AddScaling();
builder.AddGateway();
builder.AddRecovery();
builder.AddLimits();
builder.AddDeadLetters();
builder.AddScheduling();
builder.AddKeys();
builder.AddJobTools();
builder.AddDashboard();
builder.Services.AddHostedService<EvictionWarning>();
builder.Services.AddSingleton<RedisStoreFormat>();
builder.Services.AddHostedService<StoreFormatGuard>();

var app = builder.Build();
app.MapOperations(operations =>
{
    operations.MapJobs();
    operations.MapJobLogs();
    operations.MapRouting();
    operations.MapWorkers();
    operations.MapAttempts();
    operations.MapWorkerTypes();
    operations.MapNodes();
    operations.MapScaling();
    operations.MapDeadLetters();
    operations.MapScheduling();
    operations.MapApps();
    operations.MapKeys();
    operations.MapAudit();
});
app.MapJobLogStream();
app.MapWorkerLogStream();
app.MapWorkerPackages();
app.MapDefaultEndpoints();
app.MapDashboard();
app.MapGateway();
app.Run();
return Environment.ExitCode;

/// <summary>The manager's entry point, named for the tests that host it.</summary>
public partial class Program;
