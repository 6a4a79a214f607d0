using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mindtrace.Cluster;
using Mindtrace.Samples.Quickstart;

// An ordinary .NET program: the manager's address and the key come from the configuration, traces go to the dashboard.
var builder = Host.CreateApplicationBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddClusterClient();
builder.Services.AddSingleton<FirstJob>();
builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(FirstJob.SourceName));

using var host = builder.Build();
await host.StartAsync();
var completed = await host.Services.GetRequiredService<FirstJob>().RunAsync(CancellationToken.None);
await host.StopAsync();
return completed ? 0 : 1;
