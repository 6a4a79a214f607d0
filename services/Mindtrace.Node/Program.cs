using Mindtrace.Cluster;
using Mindtrace.Node.Launching;
using Mindtrace.Node.Membership;
using Mindtrace.Node.Programs;
using Mindtrace.Services;

var builder = WebApplication.CreateBuilder(args);
builder.AddMindtraceVariables();
builder.AddServiceDefaults();
builder.AddService("Node");
builder.AddMembership();
builder.AddPrograms();
builder.AddLaunching();

var app = builder.Build();
app.MapOperations(operations => operations.MapLaunching());
app.MapDefaultEndpoints();
app.Run();
