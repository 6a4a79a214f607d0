#region uppercase-usings
using System.ComponentModel.DataAnnotations;
using Mindtrace.Cluster;
#endregion

namespace Mindtrace.Docs.Tests.Readme;

/// <summary>The program of a worker, as the README shows it: its one line cannot stand alone among tests.</summary>
internal static class UppercaseProgram
{
    public static async Task RunAsync(string[] args)
    {
        #region uppercase-main
        await WorkerHost.RunAsync<UppercaseWorker>(args);
        #endregion
    }
}

#region uppercase-types
public sealed record UppercaseInput(string Message);

public sealed record UppercaseOutput(string Uppercased);

public sealed class UppercaseParameters
{
    [Range(1, 10)]
    public int RepeatCount { get; set; } = 1;
}

[WorkerParameters<UppercaseParameters>]
public sealed class UppercaseWorker(UppercaseParameters parameters) : Worker<UppercaseInput, UppercaseOutput>
{
    public override Task<UppercaseOutput> RunAsync(UppercaseInput input, JobContext context, CancellationToken cancellationToken)
    {
        var words = Enumerable.Repeat(input.Message.ToUpperInvariant(), parameters.RepeatCount);
        return Task.FromResult(new UppercaseOutput(string.Join(' ', words)));
    }
}
#endregion
