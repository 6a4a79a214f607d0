using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Sends back what it is sent, after a while if asked: for smoke tests and demonstrations.</summary>
/// <param name="time">The clock of the delay.</param>
public sealed class EchoWorker(TimeProvider time) : Worker<EchoInput, EchoOutput>
{
    /// <summary>The job type of the quick start.</summary>
    public static readonly JobSchema<EchoInput, EchoOutput> EchoJob = new("echo_job");

    /// <inheritdoc/>
    public override async Task<EchoOutput> RunAsync(EchoInput input, JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Delay > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(input.Delay), time, cancellationToken).ConfigureAwait(false);
        }

        return new EchoOutput(input.Message);
    }
}

/// <summary>What <see cref="EchoWorker"/> is sent.</summary>
public sealed record EchoInput
{
    /// <summary>Gets what is to be sent back.</summary>
    public required string Message { get; init; }

    /// <summary>Gets how long to wait first, in seconds. The default is 0.</summary>
    public double Delay { get; init; }
}

/// <summary>What <see cref="EchoWorker"/> sends back.</summary>
/// <param name="Echoed">The message.</param>
public sealed record EchoOutput(string Echoed);
