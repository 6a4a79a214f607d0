using System.ComponentModel.DataAnnotations;
using Mindtrace.Cluster;

namespace Mindtrace.Samples.Uppercase;

/// <summary>Sends back in capitals what it is sent, as often as its parameter says.</summary>
[WorkerParameters<UppercaseParameters>]
internal sealed class UppercaseWorker(UppercaseParameters parameters) : Worker<EchoInput, EchoOutput>
{
    public override Task<EchoOutput> RunAsync(EchoInput input, JobContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new EchoOutput(string.Join(' ', Enumerable.Repeat(input.Message.ToUpperInvariant(), parameters.RepeatCount))));
}

internal sealed class UppercaseParameters
{
    [Range(1, 10)]
    public int RepeatCount { get; set; } = 1;
}
