using Mindtrace.Environments;
using Mindtrace.Worker;

if (GitProcess.IsIn(args))
{
    return GitProcess.Run(args);
}

await StockWorkers.RunAsync(args);
return Environment.ExitCode;
