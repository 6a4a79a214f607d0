using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Talks to a cluster's manager.</summary>
/// <remarks>
/// Safe for concurrent use. Every method throws <see cref="OperationException"/> when the manager refuses, with the reason, and
/// <see cref="ServiceUnreachableException"/> when it does not answer.
/// </remarks>
/// <param name="service">The manager.</param>
public sealed partial class ClusterClient(ServiceClient service)
{
    // One call waits this long at most, well within what proxies and clients allow; then the next call goes on waiting.
    private static readonly TimeSpan WaitPerCall = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan LaunchLookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets where the manager is.</summary>
    public Uri Url => service.BaseAddress;

    /// <summary>Makes a client of its own, outside of dependency injection.</summary>
    /// <param name="url">Where the manager is.</param>
    /// <param name="apiKey">The API key.</param>
    /// <returns>The client, to be kept for as long as it is used.</returns>
    public static ClusterClient Connect(Uri url, string apiKey) => new(new ServiceClient(new HttpClient(), url, apiKey));

    /// <summary>Waits until the manager answers, for programs that start along with it.</summary>
    /// <param name="timeout">How long to wait at most. The default is 60 seconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the manager is available.</returns>
    /// <exception cref="ServiceUnreachableException">The time is up, and the manager could not be reached to the last.</exception>
    public Task WaitUntilAvailableAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        service.WaitUntilAvailableAsync(timeout ?? TimeSpan.FromSeconds(60), time: null, cancellationToken);

    /// <summary>Submits a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Ends the wait; the job may have been accepted all the same.</param>
    /// <returns>Its status. <see cref="JobState.Error"/> when its type has no route.</returns>
    public Task<JobStatus> SubmitJobAsync(Job job, CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.SubmitJob, job, cancellationToken);

    /// <summary>Submits many jobs in one call.</summary>
    /// <param name="jobs">1 to 10,000 jobs.</param>
    /// <param name="cancellationToken">Ends the wait; the jobs may have been accepted all the same.</param>
    /// <returns>Their status, in the same order.</returns>
    public async Task<IReadOnlyList<JobStatus>> SubmitJobsAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken = default) =>
        (await service.CallAsync(JobOperations.SubmitJobs, new SubmitJobsRequest(jobs), cancellationToken).ConfigureAwait(false)).Jobs;

    /// <summary>Lists a page of jobs, the latest first.</summary>
    /// <param name="request">Which jobs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The page, and where the next one begins.</returns>
    public Task<ListJobsResponse> ListJobsAsync(ListJobsRequest request, CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.ListJobs, request, cancellationToken);

    /// <summary>Counts the jobs of each type by state.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The numbers.</returns>
    public Task<JobCensus> CountJobsAsync(CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.CountJobs, cancellationToken);

    /// <summary>Looks up a job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<JobStatus> GetJobStatusAsync(JobId id, CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.GetJobStatus, new JobIdRequest(id), cancellationToken);

    /// <summary>Tells all that is known of a job: road, times, counters, and every attempt that did not succeed.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The details.</returns>
    public Task<JobDetails> InspectJobAsync(JobId id, CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.InspectJob, new JobIdRequest(id), cancellationToken);

    /// <summary>Waits until a job is final, however long it takes.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait; the job goes on.</param>
    /// <returns>Its final status.</returns>
    public async Task<JobStatus> WaitForJobAsync(JobId id, CancellationToken cancellationToken = default)
    {
        var request = new WaitForJobRequest(id) { TimeoutSeconds = WaitPerCall.TotalSeconds };
        while (true)
        {
            var status = await service.CallAsync(JobOperations.WaitForJob, request, cancellationToken).ConfigureAwait(false);
            if (status.Status.IsFinal())
            {
                return status;
            }
        }
    }

    /// <summary>Runs a job again as it was run, as a new job: with the same input, and with what its worker pinned.</summary>
    /// <param name="id">The job.</param>
    /// <param name="newId">The id of the new job: with one, the call can be repeated without another job. The default is a new id.</param>
    /// <param name="cancellationToken">Ends the wait; the new job may have been accepted all the same.</param>
    /// <returns>The status of the new job.</returns>
    public Task<JobStatus> ReplayJobAsync(JobId id, JobId? newId = null, CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.ReplayJob, new ReplayJobRequest(id) { NewJobId = newId }, cancellationToken);

    /// <summary>Cancels a job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was done.</returns>
    public Task<CancelJobResponse> CancelJobAsync(JobId id, CancellationToken cancellationToken = default) =>
        service.CallAsync(JobOperations.CancelJob, new JobIdRequest(id), cancellationToken);

    /// <summary>Sets what is agreed for all jobs of a type, and routes the type to its queue unless it has a route.</summary>
    /// <param name="definition">The definition; an earlier one of the type is replaced.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when jobs of the type can be submitted.</returns>
    public Task RegisterJobTypeAsync(JobTypeDefinition definition, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.RegisterJobType, definition, cancellationToken);

    /// <summary>Lists the job types that have a route or a definition.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The job types.</returns>
    public async Task<IReadOnlyList<KnownJobType>> ListJobTypesAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(RoutingOperations.ListJobTypes, cancellationToken).ConfigureAwait(false)).JobTypes;

    /// <summary>Routes a job type to its queue; workers of a type that are launched later consume it.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="workerType">The worker type; an unknown one changes nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the route is stored.</returns>
    public Task RegisterJobSchemaToWorkerTypeAsync(JobType type, WorkerTypeName workerType, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.RegisterJobSchemaToWorkerType, new RegisterJobSchemaRequest(type, workerType), cancellationToken);

    /// <summary>Cancels all queued jobs of a type, and empties its queue.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the queue is empty.</returns>
    public Task ClearJobSchemaQueueAsync(JobType type, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.ClearJobSchemaQueue, new JobSchemaNameRequest(type), cancellationToken);

    /// <summary>Forgets all jobs, dead letters, routes, job types and workers, and empties the queues.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when all is forgotten.</returns>
    public Task ClearDatabasesAsync(CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.ClearDatabases, cancellationToken);

    /// <summary>Routes a job type to a worker that runs already.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="workerUrl">Where the worker is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the worker consumes the job type.</returns>
    public Task RegisterJobToWorkerAsync(JobType type, Uri workerUrl, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.RegisterJobToWorker, new RegisterJobToWorkerRequest(type, workerUrl), cancellationToken);

    /// <summary>Routes a job type to an endpoint behind the gateway.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="endpoint">App and path, such as <c>echo/run</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when jobs of the type go there.</returns>
    public Task RegisterJobToEndpointAsync(JobType type, string endpoint, CancellationToken cancellationToken = default) =>
        service.CallAsync(RoutingOperations.RegisterJobToEndpoint, new RegisterJobToEndpointRequest(type, endpoint), cancellationToken);

    /// <summary>Makes a worker known that came by itself, and routes its job types to their queues.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the worker may consume.</returns>
    public Task RegisterWorkerAsync(RegisterWorkerRequest worker, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.RegisterWorker, worker, cancellationToken);

    /// <summary>Tells that a worker's process has ended: what it ran is queued again at once.</summary>
    /// <param name="exit">The worker, and how it ended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the manager has acted on it.</returns>
    public Task ReportWorkerExitAsync(ReportWorkerExitRequest exit, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.ReportWorkerExit, exit, cancellationToken);

    /// <summary>Makes a node known.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How to reach store, broker and registry. It holds secrets.</returns>
    public Task<RegisterNodeResponse> RegisterNodeAsync(RegisterNodeRequest node, CancellationToken cancellationToken = default) =>
        service.CallAsync(NodeDirectoryOperations.RegisterNode, node, cancellationToken);

    /// <summary>Notes a sign of life of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the manager knows the node; if not, the node has to register.</returns>
    public Task<NodeHeartbeatResponse> SendNodeHeartbeatAsync(NodeHeartbeatRequest node, CancellationToken cancellationToken = default) =>
        service.CallAsync(NodeDirectoryOperations.NodeHeartbeat, node, cancellationToken);

    /// <summary>Makes the manager forget a node that ends.</summary>
    /// <param name="nodeUrl">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the node is forgotten.</returns>
    public Task UnregisterNodeAsync(Uri nodeUrl, CancellationToken cancellationToken = default) =>
        service.CallAsync(NodeDirectoryOperations.UnregisterNode, new NodeUrlRequest(nodeUrl), cancellationToken);

    /// <summary>Lists the nodes.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Each node that was heard of in the last day, the one heard of last first.</returns>
    public async Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(NodeDirectoryOperations.ListNodes, cancellationToken).ConfigureAwait(false)).Nodes;

    /// <summary>Makes a worker type known; registering its name again replaces it.</summary>
    /// <param name="workerType">The worker type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the worker type is stored.</returns>
    public Task RegisterWorkerTypeAsync(RegisterWorkerTypeRequest workerType, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerTypeOperations.RegisterWorkerType, workerType, cancellationToken);

    /// <summary>Lists the worker types.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Each worker type, by name.</returns>
    public async Task<IReadOnlyList<KnownWorkerType>> ListWorkerTypesAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(WorkerTypeOperations.ListWorkerTypes, cancellationToken).ConfigureAwait(false)).WorkerTypes;

    /// <summary>Looks up what is launched for a worker type, for a node.</summary>
    /// <param name="workerType">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is launched; <see langword="null"/> when there is no such worker type.</returns>
    public async Task<WorkerTypeDefinition?> FindWorkerTypeAsync(WorkerTypeName workerType, CancellationToken cancellationToken = default) =>
        (await service.CallAsync(WorkerTypeOperations.FindWorkerType, new WorkerTypeRequest(workerType), cancellationToken).ConfigureAwait(false)).Definition;

    /// <summary>Downloads a package, for a node. Whether it is the right one is the caller's to check.</summary>
    /// <param name="package">Its SHA-256.</param>
    /// <param name="destination">Where it is written to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it is written.</returns>
    public Task DownloadWorkerPackageAsync(string package, Stream destination, CancellationToken cancellationToken = default) => service.DownloadAsync(
        $"{WorkerTypeOperations.PackagePath}?package={Uri.EscapeDataString(package)}", WorkerTypeOperations.PackageMediaType, destination, cancellationToken);

    /// <summary>Stores a package that worker types can be registered with.</summary>
    /// <param name="package">A zip of a published executable, read from the stream's position to its end. The stream is closed afterwards.</param>
    /// <param name="cancellationToken">Gives up; nothing is stored.</param>
    /// <returns>The package, to be named as <see cref="RegisterWorkerTypeRequest.Package"/>.</returns>
    public Task<UploadWorkerPackageResponse> UploadWorkerPackageAsync(Stream package, CancellationToken cancellationToken = default) =>
        service.UploadAsync(WorkerTypeOperations.UploadWorkerPackage, package, WorkerTypeOperations.PackageMediaType, cancellationToken);

    /// <summary>Has a worker launched by a node: the one that is named, else one that has what the worker type needs.</summary>
    /// <param name="launch">What to launch, and where.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The launch, which has begun, and its node.</returns>
    public Task<LaunchWorkerOnNodeResponse> LaunchWorkerAsync(LaunchWorkerOnNodeRequest launch, CancellationToken cancellationToken = default) =>
        service.CallAsync(NodeOperations.LaunchWorkerOnNode, launch, cancellationToken);

    /// <summary>Tells how a launch goes.</summary>
    /// <param name="nodeUrl">The node.</param>
    /// <param name="launchId">The launch.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How far it is.</returns>
    public Task<LaunchStatus> LaunchWorkerStatusAsync(Uri nodeUrl, Guid launchId, CancellationToken cancellationToken = default) =>
        service.CallAsync(NodeOperations.LaunchWorkerStatusOnNode, new LaunchStatusOnNodeRequest(nodeUrl, launchId), cancellationToken);

    /// <summary>Waits until a launch has ended, by asking five times a second.</summary>
    /// <param name="launch">The launch.</param>
    /// <param name="cancellationToken">Ends the wait; the launch goes on.</param>
    /// <returns>How it ended: <see cref="LaunchState.Ready"/>, or <see cref="LaunchState.Failed"/> with the reason.</returns>
    public async Task<LaunchStatus> WaitForLaunchAsync(LaunchWorkerOnNodeResponse launch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(launch);
        using var look = new PeriodicTimer(LaunchLookInterval);
        while (true)
        {
            var status = await LaunchWorkerStatusAsync(launch.NodeUrl, launch.LaunchId, cancellationToken).ConfigureAwait(false);
            if (status.Status is LaunchState.Ready or LaunchState.Failed)
            {
                return status;
            }

            await look.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells what is known of a worker.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status; <see cref="WorkerState.Nonexistent"/> when it is unknown.</returns>
    public Task<WorkerStatus> GetWorkerStatusAsync(string workerId, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.GetWorkerStatus, new WorkerIdRequest(workerId), cancellationToken);

    /// <summary>Tells what is known of the worker at a URL.</summary>
    /// <param name="workerUrl">Where the worker is, with or without trailing slash.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status; <see cref="WorkerState.Nonexistent"/> when it is unknown.</returns>
    public Task<WorkerStatus> GetWorkerStatusByUrlAsync(string workerUrl, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.GetWorkerStatusByUrl, new WorkerUrlRequest(workerUrl), cancellationToken);

    /// <summary>Asks a worker what it does.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status; <see cref="WorkerState.Nonexistent"/> when it is unknown or does not answer.</returns>
    public Task<WorkerStatus> QueryWorkerStatusAsync(string workerId, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.QueryWorkerStatus, new WorkerIdRequest(workerId), cancellationToken);

    /// <summary>Asks the worker at a URL what it does.</summary>
    /// <param name="workerUrl">Where the worker is, with or without trailing slash.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status; <see cref="WorkerState.Nonexistent"/> when it is unknown or does not answer.</returns>
    public Task<WorkerStatus> QueryWorkerStatusByUrlAsync(string workerUrl, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.QueryWorkerStatusByUrl, new WorkerUrlRequest(workerUrl), cancellationToken);

    /// <summary>Lists the workers.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The workers heard of in the last day, the one heard of last first.</returns>
    public async Task<IReadOnlyList<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(WorkerDirectoryOperations.ListWorkers, cancellationToken).ConfigureAwait(false)).Workers;


    /// <summary>Stops a worker: what it runs may end within its drain timeout, and goes back to the queue if it does not.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status: <see cref="WorkerState.Shutdown"/> if a node launched it, which has seen its process end; else what it did when it was told.</returns>
    public Task<WorkerStatus> ShutDownWorkerAsync(string workerId, CancellationToken cancellationToken = default) =>
        service.CallAsync(WorkerDirectoryOperations.ShutDownWorker, new WorkerIdRequest(workerId), cancellationToken);

    /// <summary>Lists the dead-letter queue.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The dead letters, the latest first.</returns>
    public async Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(DeadLetterOperations.GetDlqJobs, cancellationToken).ConfigureAwait(false)).Jobs;

    /// <summary>Lists a page of dead letters, those that failed latest first.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The page, and where the next one begins.</returns>
    public Task<ListDeadLettersResponse> ListDeadLettersAsync(DeadLettersRequest request, CancellationToken cancellationToken = default) =>
        service.CallAsync(DeadLetterOperations.ListDeadLetters, request, cancellationToken);

    /// <summary>Queues a page of dead letters again.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the wait; some may be queued.</param>
    /// <returns>How many were, and where the next page begins.</returns>
    public Task<RequeueDeadLettersResponse> RequeueDeadLettersAsync(DeadLettersRequest request, CancellationToken cancellationToken = default) =>
        service.CallAsync(DeadLetterOperations.RequeueDeadLetters, request, cancellationToken);

    /// <summary>Takes a page of jobs out of the dead-letter queue.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the wait; some may be discarded.</param>
    /// <returns>How many were, and where the next page begins.</returns>
    public Task<DiscardDeadLettersResponse> DiscardDeadLettersAsync(DeadLettersRequest request, CancellationToken cancellationToken = default) =>
        service.CallAsync(DeadLetterOperations.DiscardDeadLetters, request, cancellationToken);

    /// <summary>Queues a dead letter again.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<JobStatus> RequeueDeadLetterAsync(JobId id, CancellationToken cancellationToken = default) =>
        service.CallAsync(DeadLetterOperations.RequeueFromDlq, new RequeueFromDlqRequest(id), cancellationToken);

    /// <summary>Queues a dead letter again, with another payload.</summary>
    /// <param name="id">The job.</param>
    /// <param name="payload">The payload; it must fit the schema of the job's type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its status.</returns>
    public Task<JobStatus> RequeueDeadLetterAsync(JobId id, JsonElement payload, CancellationToken cancellationToken = default) =>
        service.CallAsync(DeadLetterOperations.RequeueFromDlq, new RequeueFromDlqRequest(id) { Payload = payload }, cancellationToken);

    /// <summary>Takes a job out of the dead-letter queue.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the job is no dead letter any more.</returns>
    public Task DiscardDeadLetterAsync(JobId id, CancellationToken cancellationToken = default) =>
        service.CallAsync(DeadLetterOperations.DiscardFromDlq, new JobIdRequest(id), cancellationToken);
}
