using System.Text.Json.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mindtrace.Hosting.Commands;

/// <summary>What the dashboard offers on the services, beside start and stop.</summary>
internal static class ClusterCommands
{
    private const string EchoJob = "echo_job";
    private const string EchoWorker = "echo_worker";

    private static readonly TimeSpan LaunchLookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Submit an echo job; list and requeue dead letters.</summary>
    public static IResourceBuilder<MindtraceClusterResource> WithManagerCommands(this IResourceBuilder<MindtraceClusterResource> cluster)
    {
        var calls = new ServiceCalls(cluster.Resource, cluster.Resource.ApiKey);
        return cluster
            .WithClusterCommand("submit-echo-job", "Submit an echo job", "Send", "Submits an echo job and waits for its end.", SubmitEchoJobAsync)
            .WithClusterCommand("list-dead-letters", "Show dead letters", "MailAlert", "Lists the jobs that failed for good.", ListDeadLettersAsync)
            .WithClusterCommand(
                "requeue-dead-letters", "Requeue dead letters", "ArrowRepeatAll", "Queues every dead letter again.", RequeueDeadLettersAsync,
                confirmation: "Queue every job of the dead-letter queue again?");

        async Task<Answer> SubmitEchoJobAsync(CancellationToken cancellationToken)
        {
            var job = await calls.PostAsync(
                "submit_job", new { schema_name = EchoJob, payload = new { message = "Hello from the dashboard" } }, cancellationToken);
            var status = await calls.PostAsync("wait_for_job", new { job_id = (string?)job?["job_id"], timeout_seconds = 15 }, cancellationToken);
            return new Answer($"Job {status?["job_id"]}: {status?["status"]}", status);
        }

        async Task<Answer> ListDeadLettersAsync(CancellationToken cancellationToken)
        {
            var letters = await DeadLettersAsync(cancellationToken);
            return new Answer($"Dead letters: {letters.Count}", letters);
        }

        async Task<Answer> RequeueDeadLettersAsync(CancellationToken cancellationToken)
        {
            var letters = await DeadLettersAsync(cancellationToken);
            foreach (var letter in letters)
            {
                await calls.PostAsync("requeue_from_dlq", new { job_id = (string?)letter?["job_id"] }, cancellationToken);
            }

            return new Answer($"Dead letters queued again: {letters.Count}", letters);
        }

        async Task<JsonArray> DeadLettersAsync(CancellationToken cancellationToken) =>
            (await calls.PostAsync("get_dlq_jobs", body: null, cancellationToken))?["jobs"] as JsonArray ?? [];
    }

    /// <summary>Launch an echo worker.</summary>
    public static IResourceBuilder<MindtraceNodeResource> WithNodeCommands(this IResourceBuilder<MindtraceNodeResource> node)
    {
        var cluster = node.Resource.Cluster;
        var (calls, nodeCalls) = (new ServiceCalls(cluster, cluster.ApiKey), new ServiceCalls(node.Resource, cluster.NodeKey));
        return node.WithClusterCommand(
            "launch-echo-worker", "Launch an echo worker", "BoxMultipleArrowRight", "Launches a worker that consumes echo jobs, on this node.", LaunchAsync);

        async Task<Answer> LaunchAsync(CancellationToken cancellationToken)
        {
            await calls.PostAsync(
                "register_worker_type", new { worker_name = EchoWorker, worker_class = "EchoWorker", job_type = EchoJob }, cancellationToken);
            var launch = await nodeCalls.PostAsync(
                "launch_worker", new { worker_type = EchoWorker, auto_connect_job_type = EchoJob }, cancellationToken);
            using var look = new PeriodicTimer(LaunchLookInterval);
            while (true)
            {
                var status = await nodeCalls.PostAsync(
                    "launch_worker_status", new { launch_id = (string?)launch?["launch_id"] }, cancellationToken);
                switch ((string?)status?["status"])
                {
                    case "ready":
                        return new Answer($"Worker {status["worker_id"]} is ready at {status["worker_url"]}", status);
                    case "failed":
                        throw new HttpRequestException((string?)status["error"]);
                }

                await look.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    /// <summary>Drain the worker.</summary>
    public static IResourceBuilder<MindtraceWorkerResource> WithWorkerCommands(this IResourceBuilder<MindtraceWorkerResource> worker)
    {
        var calls = new ServiceCalls(worker.Resource, worker.Resource.Cluster.WorkerKey);
        return worker.WithClusterCommand(
            "drain", "Drain", "DrinkToGo", "Takes no more jobs until it is restarted; what runs goes on to its end.", DrainAsync,
            confirmation: "Let this worker take no more jobs until it is restarted?");

        async Task<Answer> DrainAsync(CancellationToken cancellationToken)
        {
            var status = await calls.PostAsync("drain", body: null, cancellationToken);
            return new Answer($"Worker {status?["worker_id"]} takes no more jobs and is {status?["status"]}", status);
        }
    }

    private static IResourceBuilder<T> WithClusterCommand<T>(
        this IResourceBuilder<T> service, string name, string displayName, string icon, string description,
        Func<CancellationToken, Task<Answer>> run, string? confirmation = null)
        where T : ProjectResource =>
        service.WithCommand(
            name,
            displayName,
            async context =>
            {
                try
                {
                    var answer = await run(context.CancellationToken);
                    return CommandResults.Success(answer.Summary, answer.Details?.ToString() ?? "", CommandResultFormat.Json);
                }
                catch (HttpRequestException fault)
                {
                    return CommandResults.Failure(fault.Message);
                }
            },
            new CommandOptions
            {
                Description = description,
                IconName = icon,
                ConfirmationMessage = confirmation,
                UpdateState = context => context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy
                    ? ResourceCommandState.Enabled
                    : ResourceCommandState.Disabled,
            });

    /// <summary>What a command has to say.</summary>
    private sealed record Answer(string Summary, JsonNode? Details);
}
