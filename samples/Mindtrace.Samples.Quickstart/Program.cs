using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mindtrace.Cluster;
using Mindtrace.Samples.Quickstart;

// An ordinary .NET program: the manager's address and the key come from a connection string; logs and traces go to the dashboard,
// and the console is left to what the program has to say.
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.AddServiceDefaults();
builder.AddMindtraceCluster("manager");
builder.Services.AddSingleton<FirstJob>();
builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(FirstJob.SourceName));

using var host = builder.Build();
await host.StartAsync();
var completed = await host.Services.GetRequiredService<FirstJob>().RunAsync(CancellationToken.None);
await host.StopAsync();
return completed ? 0 : 1;
