using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.DeadLetters;
using Mindtrace.Manager.Gateway;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Workers;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Manager;

/// <summary>How the manager answers the exceptions of its domain.</summary>
internal static class ManagerProblems
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static void AddManagerProblems(this IHostApplicationBuilder builder) => builder.Services
        .AddProblem<JobNotFoundException>(StatusCodes.Status404NotFound, "job-not-found", "There is no such job.", e => e.Message)
        .AddProblem<JobOfAnotherException>(e => Problem.ForStatus(StatusCodes.Status403Forbidden) with { Detail = e.Message })
        .AddProblem<OtherWorkerException>(e => Problem.ForStatus(StatusCodes.Status403Forbidden) with { Detail = e.Message })
        .AddProblem<WorkerNotFoundException>(StatusCodes.Status404NotFound, "worker-not-found", "There is no such worker.", e => e.Message)
        .AddProblem<WorkerNotLaunchedException>(StatusCodes.Status409Conflict, "worker-not-launched", "No node has the worker's output.", e => e.Message)
        .AddProblem<WorkerEndedException>(StatusCodes.Status409Conflict, "worker-ended", "The worker has ended.", e => e.Message)
        .AddProblem<AttemptRefusedException>(StatusCodes.Status409Conflict, "attempt-refused", "The job is not this worker's.", e => e.Message)
        .AddProblem<JobQueueNotFoundException>(StatusCodes.Status404NotFound, "queue-not-found", "There is no such queue.", e => e.Message)
        .AddProblem<NotDeadLetterException>(StatusCodes.Status409Conflict, "not-a-dead-letter", "The job is not in the dead-letter queue.", e => e.Message)
        .AddProblem<UniqueKeyHeldException>(StatusCodes.Status409Conflict, "unique-key-held", "Another job holds the unique key.", e => e.Message)
        .AddProblem<JobTypeNotRegisteredException>(StatusCodes.Status409Conflict, "job-type-not-registered", "The job type has no route.", e => e.Message)
        .AddProblem<AppNotFoundException>(e => Problem.ForStatus(StatusCodes.Status404NotFound) with { Detail = e.Message })
        .AddProblem<AppUnreachableException>(StatusCodes.Status502BadGateway, "app-unreachable", "The app does not answer.", e => e.Message)
        .AddProblem<AppTimeoutException>(StatusCodes.Status504GatewayTimeout, "app-timeout", "The app takes too long.", e => e.Message)
        .AddProblem<RegistryException>(
            StatusCodes.Status503ServiceUnavailable, "registry-unavailable", "The registry cannot be used.", e => e.Message, RetryAfter);
}
