using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>A worker that prints what it is told to.</summary>
internal sealed class PrintingWorker(Func<JobContext, Task> print) : Worker<EchoInput, EchoOutput>
{
    public static PrintingWorker Of(params (JobLogStream Stream, string Line)[] lines) => new(async context =>
    {
        foreach (var (stream, line) in lines)
        {
            await context.WriteLineAsync(line, stream);
        }
    });

    public override async Task<EchoOutput> RunAsync(EchoInput input, JobContext context, CancellationToken cancellationToken)
    {
        await print(context);
        return new EchoOutput(input.Message);
    }
}
