using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>Two nodes, two worker types, two job types: each job finds the worker of its type, wherever it was launched.</summary>
internal static class TwoNodesSample
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        Uri[] nodes =
        [
            (await cluster.StartNodeAsync("18210-18214", cancellationToken)).Url,
            (await cluster.StartNodeAsync("18215-18219", cancellationToken)).Url,
        ];

        string[] names = ["left", "right"];
        await Task.WhenAll(names.Select(async (name, i) =>
        {
            var workerType = WorkerTypeName.Parse($"{name}_worker");
            await cluster.Client.RegisterWorkerTypeAsync(
                new RegisterWorkerTypeRequest(workerType, nameof(EchoWorker)) { JobType = JobType.Parse($"{name}_job") }, cancellationToken);
            await cluster.Client.LaunchAsync(nodes[i], workerType, cancellationToken);
        }));

        foreach (var name in names)
        {
            var schema = new JobSchema<EchoInput, EchoOutput>($"{name}_job");
            var job = await cluster.Client.SubmitJobAsync(schema.CreateJob(new EchoInput { Message = $"Hello {name}" }), cancellationToken);
            var finished = await cluster.Client.WaitForJobAsync(job.JobId, cancellationToken);
            Console.WriteLine($"{schema.Type} {finished.Status}: {finished.Output}");
        }
    }
}
