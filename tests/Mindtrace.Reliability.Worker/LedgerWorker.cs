using System.Globalization;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Reliability.Worker;

/// <summary>Runs a job and notes it.</summary>
public sealed class LedgerWorker(LedgerWriter ledger, DeathWishes wishes) : Worker<LedgerInput, LedgerOutput>
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The job type, of whatever name: how its input is written.</summary>
    public static JobSchema<LedgerInput, LedgerOutput> Schema { get; } = new("ledger");

    /// <inheritdoc/>
    public override async Task<LedgerOutput> RunAsync(LedgerInput input, JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        for (var line = 1; line <= input.Lines; line++)
        {
            await context.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture), cancellationToken: cancellationToken);
        }

        wishes.After(JobStep.Running, context.JobId);
        using var look = new PeriodicTimer(LookInterval);
        while (input.Gate is { } gate && !File.Exists(gate))
        {
            await look.WaitForNextTickAsync(cancellationToken);
        }

        ledger.Write(LedgerWriter.Executed, context.JobId.Value);
        return new LedgerOutput(Environment.ProcessId);
    }
}
