using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;

// An ordinary worker, but for what stands between it and the servers: that notes what it does, and kills it where a job asks for it.
var builder = WebApplication.CreateBuilder(args);
builder.AddWorker(typeof(LedgerWorker));
var services = builder.Services;
services.AddSingleton(new LedgerWriter(builder.Configuration["Ledger:Directory"]!));
services.AddSingleton<DeathWishes>();
services.AddSingleton<IAttemptStore, WitnessedAttemptStore>();
var queue = services.Last(service => service.ServiceType == typeof(IJobQueue)).ImplementationFactory!;
services.AddSingleton<IJobQueue>(provider => new WitnessedJobQueue((IJobQueue)queue(provider), provider.GetRequiredService<DeathWishes>()));
var app = builder.Build();
app.MapWorker();
await app.RunAsync();
