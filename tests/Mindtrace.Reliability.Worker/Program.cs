using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;

// An ordinary worker, but for what stands between it and the servers: that notes what it does, and kills it where a job asks for it.
var builder = WebApplication.CreateBuilder(args);
builder.AddWorker<LedgerWorker>();
builder.Services.AddLedger();
builder.Services.AddWitnessedQueue();
builder.Services.AddSingleton<IAttemptStore, WitnessedAttemptStore>();
var app = builder.Build();
app.MapWorker();
await app.RunAsync();
