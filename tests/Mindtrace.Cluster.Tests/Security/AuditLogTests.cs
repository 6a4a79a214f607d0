using Mindtrace.Cluster.Tests.Gateway;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>The audit log of a cluster: which operations go into it, and how it is read. An operation that is not listed here fails.</summary>
public sealed class AuditLogTests(ClusterFixture fixture)
{
    /// <summary>What only reads, what the record of a job tells of, and the reports of nodes and workers.</summary>
    private const string NotRecorded = """
        endpoints status heartbeat server_id class_name pid_file
        get_job_status wait_for_job list_jobs inspect_job job_logs list_job_types list_schedules list_apps list_nodes list_workers
        get_worker_status get_worker_status_by_url query_worker_status query_worker_status_by_url launch_worker_status
        count_jobs list_worker_types list_scales get_dlq_jobs list_dead_letters list_keys find_key find_worker_type list_audit worker_logs get_status
        submit_job submit_jobs
        own_job report_progress write_job_log
        node_heartbeat report_worker_exit worker_alert_started_job worker_alert_completed_job
        take_job renew_attempt write_attempt_log finish_attempt release_attempt
        """;

    private const string Recorded = """
        shutdown
        replay_job cancel_job schedule_job unschedule_job requeue_from_dlq requeue_dead_letters discard_from_dlq discard_dead_letters
        register_job_type register_job_to_endpoint register_job_to_worker register_job_schema_to_worker_type register_worker_type
        upload_worker_package register_app unregister_app clear_job_schema_queue clear_databases create_key revoke_key
        register_worker drain_worker resume_worker register_node unregister_node drain_node resume_node launch_worker
        pause_job_type resume_job_type scale_worker_type unscale_worker_type
        shutdown_worker shutdown_worker_by_id shutdown_worker_by_port shutdown_all_workers kill_worker
        run connect_to_cluster start drain resume
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachOperation_IsRecordedOrDecidedNotToBe()
    {
        var space = new RedisKeySpace($"audit-{Guid.NewGuid():N}");
        await using var reader = ManagerProgram.Start(fixture.Redis, space);
        await using var manager = ManagerProgram.Start(fixture.Redis, AuthorizationOnly.Replace, space);
        await using var node = NodeProgram.Start(reader, "19792-19793");
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System), AuthorizationOnly.Replace, space);
        var (recorded, notRecorded) = (Names(Recorded), Names(NotRecorded));
        Operation[] all = [.. manager.Operations.Operations, .. worker.Operations.Operations, .. node.Operations!.Operations];

        Assert.Equal(all.Select(operation => operation.Name).Distinct().Order(), recorded.Concat(notRecorded).Order());
        Assert.Equal(all.Where(operation => operation.IsAudited).Select(operation => operation.Name).Distinct().Order(), recorded.Order());

        // Of the two that have the store: those of the node are in its own log alone.
        foreach (var (url, catalog) in new[] { (manager.Url, manager.Operations), (worker.Url, worker.Operations) })
        {
            using var http = new HttpClient { BaseAddress = url };
            http.DefaultRequestHeaders.Add("Authorization", $"Bearer {ManagerProgram.ApiKey}");
            foreach (var operation in catalog.Operations)
            {
                using var body = new StringContent("{}", mediaType: new(operation.RequestType == typeof(Stream) ? "application/zip" : "application/json"));
                using var answer = await http.PostAsync(operation.Name, body, Cancel);
            }
        }

        var called = manager.Operations.Operations.Concat(worker.Operations.Operations).Where(operation => operation.IsAudited);
        var entries = (await reader.Cluster.ListAuditAsync(new ListAuditRequest { Limit = 1000 }, Cancel)).Entries.Where(entry => entry.Status == 204);
        Assert.Equal(called.Select(operation => operation.Name).Order(), entries.Select(entry => entry.Operation).Order());
    }

    [Fact]
    public async Task ListAudit_TellsWhoCancelledWhat()
    {
        var name = KeyName.Parse($"clerk-{Guid.NewGuid():N}");
        var key = (await fixture.Cluster.CreateKeyAsync(new CreateKeyRequest(name, [Role.Submitter]), Cancel)).Key;
        var clerk = new ClusterClient(new ServiceClient(fixture.Manager.CreateClient(), apiKey: key));
        var type = ClusterFixture.NewType("audited");
        await fixture.RouteAsync(type.Type);
        var job = await clerk.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "mine" }), Cancel);
        await clerk.CancelJobAsync(job.JobId, Cancel);
        await Assert.ThrowsAsync<OperationException>(() => clerk.ClearJobSchemaQueueAsync(type.Type, Cancel));

        var ofTheKey = (await fixture.Cluster.ListAuditAsync(new ListAuditRequest { Key = name.Value }, Cancel)).Entries;
        var ofTheJob = (await fixture.Cluster.ListAuditAsync(new ListAuditRequest { Target = job.JobId.Value }, Cancel)).Entries;
        var made = (await fixture.Cluster.ListAuditAsync(new ListAuditRequest { Operation = "create_key", Target = name.Value }, Cancel)).Entries;

        Assert.Equal([("clear_job_schema_queue", 403), ("cancel_job", 200)], ofTheKey.Select(entry => (entry.Operation, entry.Status)));
        Assert.Equal(ofTheKey[1], Assert.Single(ofTheJob), new SameCall());
        Assert.Equal([Role.Submitter], ofTheKey[1].Roles);
        Assert.Equal("api key", Assert.Single(made).Key);
    }

    [Fact]
    public async Task ListAudit_MoreThanAPage_GoesOnAtTheCursorWithoutGapOrRepeat()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"audit-{Guid.NewGuid():N}"));
        for (var i = 0; i < 7; i++)
        {
            await manager.Cluster.RegisterAppAsync(AppName.Parse($"app-{i}"), TestApp.Nobody, Cancel);
        }

        var (targets, request) = (new List<string?>(), new ListAuditRequest { Limit = 3 });
        do
        {
            var page = await manager.Cluster.ListAuditAsync(request, Cancel);
            targets.AddRange(page.Entries.Select(entry => entry.Target));
            request = request with { Cursor = page.NextCursor };
        }
        while (request.Cursor is not null);

        Assert.Equal(["app-6", "app-5", "app-4", "app-3", "app-2", "app-1", "app-0"], targets);
    }

    [Fact]
    public async Task Log_IsFull_DropsTheOldest_AndRefusedCallsDropNoOthers()
    {
        const int max = 100;
        await using var manager = ManagerProgram.Start(
            fixture.Redis, new RedisKeySpace($"audit-{Guid.NewGuid():N}"), ("Audit:MaxEntries", $"{max}"));
        var cluster = manager.Cluster;
        var made = await cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("viewer"), [Role.Viewer]), Cancel);
        using var http = manager.CreateClient();
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {made.Key}");
        for (var i = 0; i < max + 20; i++)
        {
            using var answer = await http.PostAsync("clear_databases", content: null, Cancel);
        }

        var entries = (await cluster.ListAuditAsync(new ListAuditRequest { Limit = 1000 }, Cancel)).Entries;

        Assert.Equal(max, entries.Count(entry => entry.Status == 403));
        Assert.Equal("create_key", entries[^1].Operation);
        Assert.Equal(max + 1, entries.Count);
    }

    [Fact]
    public async Task ListAudit_CursorIsNone_Is422()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => fixture.Cluster.ListAuditAsync(new ListAuditRequest { Cursor = "-1" }, Cancel));

        Assert.Equal((422, "cursor"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    private static List<string> Names(string list) => [.. list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Compares entries by their values; their lists of roles are different objects.</summary>
    private sealed class SameCall : IEqualityComparer<AuditEntry>
    {
        public bool Equals(AuditEntry? x, AuditEntry? y) => x! with { Roles = [] } == y! with { Roles = [] };

        public int GetHashCode(AuditEntry entry) => entry.At.GetHashCode();
    }
}
