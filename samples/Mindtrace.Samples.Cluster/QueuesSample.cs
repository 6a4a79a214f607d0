using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>Queues without a cluster: publish jobs, run a few, run the rest, by order and by priority. The queues are in memory here; RabbitMQ and Redis do the same.</summary>
internal static class QueuesSample
{
    private static readonly JobSchema<int[], int> Add = new("add");
    private static readonly JobSchema<string, string> Urgent = new("urgent");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var queue = new InMemoryJobQueue();

        await queue.DeclareAsync(Add.Type, QueueOrder.Fifo, cancellationToken);
        foreach (var numbers in new[] { [1, 2], [3, 4], new[] { 5, 6 } })
        {
            await queue.PublishAsync(Add.CreateJob(numbers), cancellationToken);
        }

        Console.WriteLine($"{await queue.CountAsync(Add.Type, cancellationToken)} jobs wait");
        await queue.ConsumeAsync(Add.Type, 1, RunAsync, cancellationToken);
        Console.WriteLine($"{await queue.ConsumeUntilEmptyAsync(Add.Type, RunAsync, cancellationToken)} more have run");

        await queue.DeclareAsync(Urgent.Type, QueueOrder.Priority, cancellationToken);
        foreach (var (text, priority) in new[] { ("low", 1), ("high", 10), ("middle", 5) })
        {
            await queue.PublishAsync(Urgent.CreateJob(text) with { Priority = priority }, cancellationToken);
        }

        await queue.ConsumeUntilEmptyAsync(Urgent.Type, RunAsync, cancellationToken);
        await queue.DeleteAsync(Add.Type, cancellationToken);
        await queue.DeleteAsync(Urgent.Type, cancellationToken);

        static Task RunAsync(Job job, CancellationToken cancellationToken)
        {
            Console.WriteLine(job.SchemaName == Add.Type
                ? $"{string.Join(" + ", job.Payload.EnumerateArray())} = {job.Payload.Deserialize<int[]>()!.Sum()}"
                : $"{job.Payload} runs");
            return Task.CompletedTask;
        }
    }
}
