using Mindtrace.Cluster;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Manager.Attempts;

/// <summary>Hands out jobs to workers that speak HTTP alone.</summary>
internal static class AttemptEndpoints
{
    public static void AddRemoteAttempts(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<RemoteAttempts>();

    public static void MapAttempts(this OperationGroup operations)
    {
        operations.Map(AttemptOperations.TakeJob, (TakeJobRequest request, RemoteAttempts attempts, Caller caller, CancellationToken cancellationToken) =>
        {
            caller.RequireToSpeakFor(request.WorkerId);
            return attempts.TakeAsync(request, cancellationToken);
        });
        operations.Map(AttemptOperations.RenewAttempt, (AttemptRequest request, RemoteAttempts attempts, CancellationToken cancellationToken) =>
            attempts.RenewAsync(request, cancellationToken));
        operations.Map(AttemptOperations.WriteAttemptLog, (WriteAttemptLogRequest request, RemoteAttempts attempts, CancellationToken cancellationToken) =>
            attempts.WriteLogAsync(request, cancellationToken));
        operations.Map(AttemptOperations.FinishAttempt, (FinishAttemptRequest request, RemoteAttempts attempts, CancellationToken cancellationToken) =>
            attempts.FinishAsync(request, cancellationToken));
        operations.Map(AttemptOperations.ReleaseAttempt, (AttemptRequest request, RemoteAttempts attempts, CancellationToken cancellationToken) =>
            attempts.ReleaseAsync(request, cancellationToken));
    }
}
