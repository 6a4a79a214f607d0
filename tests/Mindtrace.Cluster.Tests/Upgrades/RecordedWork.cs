using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>A bit of everything that is stored, and of what clients, nodes and workers say.</summary>
internal static class RecordedWork
{
    public static readonly JobType Echo = JobType.Parse("recorded_echo");
    public static readonly JobType Waiting = JobType.Parse("recorded_waiting");
    public static readonly JobType Taken = JobType.Parse("recorded_taken");
    public static readonly JobId Completed = JobId.Parse("recorded-completed");
    public static readonly JobId Failed = JobId.Parse("recorded-failed");
    public static readonly JobId Cancelled = JobId.Parse("recorded-cancelled");
    public static readonly JobId Queued = JobId.Parse("recorded-queued");
    public static readonly JobId Later = JobId.Parse("recorded-later");
    public static readonly JobId Running = JobId.Parse("recorded-running");
    public static readonly WorkerTypeName WorkerType = WorkerTypeName.Parse("recorded");
    public static readonly WorkerTypeName IdleWorkerType = WorkerTypeName.Parse("recorded_idle");
    public static readonly AppName App = AppName.Parse("recorded");
    public static readonly KeyName Key = KeyName.Parse("recorded");
    public static readonly ScheduleName Schedule = ScheduleName.Parse("recorded");
    public static readonly Uri Node = new("http://127.0.0.1:9/");
    public static readonly JsonElement Payload = JsonElement.Parse("""{"message":"recorded"}""");

    private static readonly JobType Idle = JobType.Parse("recorded_idle");
    private static readonly WorkerId ForeignWorker = WorkerId.Parse("00000000-0000-4000-8000-000000000001");
    private static readonly DateTimeOffset FarAhead = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Does it. At the end a job is queued, another one runs, and a third is due in another century.</summary>
    /// <param name="manager">The manager, to which nobody has said anything before.</param>
    /// <param name="worker">The worker, which consumes no queue yet.</param>
    public static async Task DoAsync(ServiceClient manager, Uri worker)
    {
        var client = new ClusterClient(manager);
        await client.ListWorkersAsync(Cancel);
        await RegisterAsync(client, worker);
        await SpeakAsNodeAsync(client);
        await RunAsync(client);
        await TakeAsync(manager, client);
        await client.ListAuditAsync(new ListAuditRequest(), Cancel);
    }

    private static async Task RegisterAsync(ClusterClient client, Uri worker)
    {
        await client.RegisterJobTypeAsync(new JobTypeDefinition(Echo) { Description = "Recorded." }, Cancel);
        await client.RegisterJobToWorkerAsync(Echo, worker, Cancel);
        await client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerType, nameof(EchoWorker)) { JobType = Waiting }, Cancel);
        await client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(IdleWorkerType, nameof(EchoWorker)) { JobType = Idle }, Cancel);
        await client.ListWorkerTypesAsync(Cancel);
        await client.ListJobTypesAsync(Cancel);
        await client.RegisterAppAsync(App, Node, Cancel);
        await client.ListAppsAsync(Cancel);
        await client.CreateKeyAsync(new CreateKeyRequest(Key, [Role.Viewer]), Cancel);
        await client.FindKeyAsync(Key.Value, Cancel);
        await client.ListKeysAsync(Cancel);
        await client.ScheduleJobAsync(new JobSchedule(Schedule, "0 0 1 1 *", new Job { SchemaName = Waiting, Payload = Payload }), Cancel);
        await client.ListSchedulesAsync(Cancel);
        await client.ScaleWorkerTypeAsync(new ScaleWorkerTypeRequest(IdleWorkerType, Min: 0, Max: 1), Cancel);
        await client.ListScalesAsync(Cancel);
    }

    private static async Task SpeakAsNodeAsync(ClusterClient client)
    {
        await client.RegisterNodeAsync(new RegisterNodeRequest(Node), Cancel);
        await client.SendNodeHeartbeatAsync(new NodeHeartbeatRequest(Node, Workers: 0, MaxWorkers: 0), Cancel);
        await client.ListNodesAsync(Cancel);
        await client.RegisterWorkerAsync(new RegisterWorkerRequest(ForeignWorker, Node, [Taken]), Cancel);
        await client.GetWorkerStatusAsync(ForeignWorker.Value, Cancel);
        await client.ReportWorkerExitAsync(new ReportWorkerExitRequest(ForeignWorker, "exit code 1"), Cancel);
    }

    private static async Task RunAsync(ClusterClient client)
    {
        await client.SubmitJobAsync(new Job { Id = Completed, SchemaName = Echo, Payload = Payload }, Cancel);
        await client.WaitForJobAsync(Completed, Cancel);
        await client.GetJobStatusAsync(Completed, Cancel);
        await client.InspectJobAsync(Completed, Cancel);
        await client.GetJobLogsAsync(new JobLogsRequest(Completed) { After = 0 }, Cancel);
        await client.SubmitJobAsync(
            new Job { Id = Failed, SchemaName = Echo, Payload = JsonElement.Parse("""{"message":"recorded","delay":1}"""), MaxAttempts = 1 }, Cancel);
        await client.WaitForJobAsync(Failed, Cancel);
        await client.ListDeadLettersAsync(new DeadLettersRequest(), Cancel);

        await client.PauseJobTypeAsync(Waiting, Cancel);
        await client.SubmitJobsAsync(
            [
                new Job { Id = Queued, SchemaName = Waiting, Payload = Payload, Priority = 3 },
                new Job { Id = Cancelled, SchemaName = Waiting, Payload = Payload },
                new Job { Id = Later, SchemaName = Waiting, Payload = Payload, NotBefore = FarAhead },
            ],
            Cancel);
        await client.ResumeJobTypeAsync(Waiting, Cancel);
        await client.CancelJobAsync(Cancelled, Cancel);
        await client.ListJobsAsync(new ListJobsRequest(), Cancel);
        await client.CountJobsAsync(Cancel);
    }

    /// <summary>Runs jobs as a worker does that speaks HTTP alone; one of them to its end.</summary>
    private static async Task TakeAsync(ServiceClient manager, ClusterClient client)
    {
        await client.SubmitJobAsync(new Job { Id = JobId.Parse("recorded-finished"), SchemaName = Taken, Payload = Payload }, Cancel);
        var first = (await manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(ForeignWorker, Taken), Cancel)).Attempt!;
        await manager.CallAsync(AttemptOperations.RenewAttempt, new AttemptRequest(first.Job.Id, first.Token), Cancel);
        await manager.CallAsync(
            AttemptOperations.FinishAttempt, new FinishAttemptRequest(first.Job.Id, first.Token, JobState.Completed) { Output = Payload }, Cancel);

        await client.SubmitJobAsync(new Job { Id = Running, SchemaName = Taken, Payload = Payload }, Cancel);
        var second = (await manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(ForeignWorker, Taken), Cancel)).Attempt!;
        Assert.Equal(Running, second.Job.Id);
    }
}
