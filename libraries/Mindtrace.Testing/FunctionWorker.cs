using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Testing;

/// <summary>A function as a worker, which reads and writes as the job type says.</summary>
internal sealed class FunctionWorker<TInput, TOutput>(JobSchema<TInput, TOutput> schema, Func<TInput, TOutput> run) : Worker<TInput, TOutput>
{
    protected override JsonSerializerOptions SerializerOptions => schema.SerializerOptions;

    public override Task<TOutput> RunAsync(TInput input, JobContext context, CancellationToken cancellationToken) => Task.FromResult(run(input));
}
