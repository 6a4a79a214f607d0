using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Who may call what: each operation of each service, for each kind of caller. An operation that is not listed here fails.</summary>
public sealed class RoleTableTests(ClusterFixture fixture)
{
    private static readonly Dictionary<Role, string> OfEveryService = new()
    {
        [Role.Viewer] = "endpoints status heartbeat server_id class_name pid_file",
        [Role.Admin] = "shutdown",
    };

    private static readonly Dictionary<Role, string> OfTheManager = new()
    {
        [Role.Viewer] = """
            get_job_status wait_for_job list_jobs count_jobs inspect_job job_logs list_job_types list_worker_types list_scales list_schedules list_apps list_nodes list_workers
            get_worker_status get_worker_status_by_url query_worker_status query_worker_status_by_url launch_worker_status
            get_dlq_jobs list_dead_letters worker_logs GET:job_logs GET:worker_logs
            """,
        [Role.Submitter] = "submit_job submit_jobs replay_job cancel_job GET:some-app/any POST:some-app/any",
        [Role.Operator] = """
            schedule_job unschedule_job clear_job_schema_queue pause_job_type resume_job_type launch_worker
            scale_worker_type unscale_worker_type drain_worker resume_worker shutdown_worker drain_node resume_node
            requeue_from_dlq requeue_dead_letters discard_from_dlq discard_dead_letters
            """,
        [Role.Admin] = """
            register_job_type register_job_to_endpoint register_job_to_worker register_job_schema_to_worker_type register_worker_type
            upload_worker_package register_app unregister_app clear_databases create_key list_keys revoke_key list_audit
            """,
        [Role.Worker] = """
            register_worker worker_alert_started_job worker_alert_completed_job take_job renew_attempt write_attempt_log finish_attempt release_attempt find_key
            """,
        [Role.Node] = "register_node node_heartbeat unregister_node report_worker_exit find_worker_type GET:worker_package",
    };

    private static readonly Dictionary<Role, string> OfANode = new()
    {
        [Role.Viewer] = "launch_worker_status worker_logs GET:worker_logs",
        [Role.Operator] = "launch_worker shutdown_worker shutdown_worker_by_id shutdown_worker_by_port shutdown_all_workers kill_worker",
    };

    private static readonly Dictionary<Role, string> OfAWorker = new()
    {
        [Role.Viewer] = "get_status",
        [Role.Operator] = "drain resume run connect_to_cluster start",
        [Role.Job] = "own_job report_progress write_job_log",
    };

    private const string NodeKey = "the-key-of-deployed-nodes", WorkerKey = "the-key-of-deployed-workers";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Manager_EachOperation_AdmitsWhoHoldsItsRole()
    {
        var space = new RedisKeySpace($"roles-{Guid.NewGuid():N}");
        await using var keys = ManagerProgram.Start(fixture.Redis, space);
        await using var manager = ManagerProgram.Start(
            fixture.Redis, AuthorizationOnly.Replace, space, ("Security:NodeKey", NodeKey), ("Security:WorkerKey", WorkerKey));

        await AssertTableAsync(
            keys, manager.Url, manager.Operations, OfTheManager,
            new("a deployed node", NodeKey, [Role.Node, Role.Worker]), new("a deployed worker", WorkerKey, [Role.Worker]));

        // The script and the icon of the reference come with its package, and tell nothing.
        string[] anonymous = ["/alive", "/health", "/ui/api/favicon.svg", "/ui/api/scalar.aspnetcore.js", "/ui/api/scalar.js", "/ui/login"];
        Assert.Equal(anonymous, Paths(manager.Services, endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null));
    }

    [Fact]
    public void Manager_WhatAnswersToGet_OnlyReadsOrForwards() => Assert.Equal(
        [
            "/", "/alive", "/health", "/job_logs", "/openapi/{documentName}.json", "/ui/api/favicon.svg", "/ui/api/scalar.aspnetcore.js", "/ui/api/scalar.js",
            "/ui/api/{documentName?}", "/ui/audit", "/ui/dead-letters", "/ui/job-types", "/ui/jobs", "/ui/jobs/{Id}", "/ui/keys",
            "/ui/login", "/ui/openapi/{documentName}.json", "/ui/schedules", "/ui/worker-types", "/ui/workers", "/ui/workers/{Id}", "/ui/{*rest}", "/worker_logs", "/worker_package", "/{app}/{**rest}",
        ],
        Paths(fixture.Manager.Services, endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? true)

            // The connection of the cluster page, for who is signed in; and in development, files that the page has no list of.
            .Where(path => path is not (['/', '_', ..] or "{**path:file}")));

    [Fact]
    public async Task Node_EachOperation_AdmitsWhoHoldsItsRole()
    {
        await using var keys = ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"roles-{Guid.NewGuid():N}"));
        await using var node = NodeProgram.Start(keys, AuthorizationOnly.Replace, "19790-19791");

        await AssertTableAsync(keys, node.Url, node.Operations!, OfANode);
    }

    [Fact]
    public async Task Worker_EachOperation_AdmitsWhoHoldsItsRole()
    {
        var space = new RedisKeySpace($"roles-{Guid.NewGuid():N}");
        await using var keys = ManagerProgram.Start(fixture.Redis, space);
        await using var worker = await WorkerProgram.StartAsync(
            fixture.Redis, new EchoWorker(TimeProvider.System), AuthorizationOnly.Replace, space, ("Manager:BaseAddress", keys.Url.AbsoluteUri));

        await AssertTableAsync(keys, worker.Url, worker.Operations, OfAWorker);
    }

    private static async Task AssertTableAsync(
        ManagerProgram keys, Uri service, OperationCatalog catalog, Dictionary<Role, string> ofItsOwn, params Caller[] more)
    {
        var decided = OfEveryService.Concat(ofItsOwn)
            .SelectMany(row => row.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), (row, name) => (Name: name, row.Key))
            .ToDictionary(row => row.Name, row => row.Key);
        Assert.Equal(catalog.Operations.Select(operation => operation.Name).Order(), decided.Keys.Where(name => !name.Contains(':')).Order());

        IEnumerable<Caller> callers = [.. await CallersAsync(keys), .. await ServicesAsync(keys, service), .. more];
        using var http = new HttpClient { BaseAddress = service };
        foreach (var (name, needed) in decided)
        {
            foreach (var caller in callers)
            {
                var expected = caller.Roles is null ? 401 : caller.Roles.Contains(needed) ? 204 : 403;
                using var answer = await SendAsync(http, name, caller.Key);
                Assert.True(expected == (int)answer.StatusCode, $"{name} answered {(int)answer.StatusCode} to {caller.Name}, not {expected}");
                if (expected == 403)
                {
                    var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
                    Assert.Equal(ProblemTypes.Forbidden, problem.GetProperty("type").GetString());
                    Assert.EndsWith($"lacks the role {needed.ToString().ToLowerInvariant()}.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
                }
            }
        }
    }

    /// <summary>Makes a caller of each kind, with the roles that it holds; none if it is to be refused as unknown.</summary>
    private static async Task<IReadOnlyList<Caller>> CallersAsync(ManagerProgram manager)
    {
        var expired = ApiKey.Create("expired");
        await manager.Services.GetRequiredService<RedisKeyDirectory>().AddAsync(
            "expired", new StoredKey(expired.Digest, [nameof(Role.Admin)], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), Cancel);
        var revoked = await CreateAsync("revoked", Role.Admin);
        await manager.Cluster.RevokeKeyAsync(KeyName.Parse("revoked"), Cancel);
        var viewer = await CreateAsync("viewer", Role.Viewer);
        return
        [
            new("no key", Key: null, Roles: null),
            new("a wrong key", "a-key-that-nobody-ever-made", Roles: null),
            new("a key with another secret", ApiKey.Create("viewer").Text, Roles: null),
            new("a key with more after it", viewer + "A", Roles: null),
            new("an expired key", expired.Text, Roles: null),
            new("a revoked key", revoked, Roles: null),
            new("viewer", viewer, [Role.Viewer]),
            new("submitter", await CreateAsync("submitter", Role.Submitter), [Role.Submitter, Role.Viewer]),
            new("operator", await CreateAsync("operator", Role.Operator), [Role.Operator, Role.Submitter, Role.Viewer]),
            new("admin", await CreateAsync("admin", Role.Admin), [Role.Admin, Role.Operator, Role.Submitter, Role.Viewer]),
            new("worker", await CreateAsync("worker", Role.Worker), [Role.Worker]),
            new("node", await CreateAsync("node", Role.Node), [Role.Node, Role.Worker]),
            new("node and viewer", await CreateAsync("both", Role.Node, Role.Viewer), [Role.Node, Role.Worker, Role.Viewer]),
            new("the configured key", ManagerProgram.ApiKey, [.. Enum.GetValues<Role>().Except([Role.Job])]),
        ];

        async Task<string> CreateAsync(string name, params Role[] roles) =>
            (await manager.Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse(name), roles), Cancel)).Key;
    }

    /// <summary>Makes the callers that have a key which the manager makes.</summary>
    private static async Task<IReadOnlyList<Caller>> ServicesAsync(ManagerProgram manager, Uri called)
    {
        var (now, elsewhere) = (TimeProvider.System.GetUtcNow(), new Uri("http://127.0.0.1:9/"));
        var handed = (await manager.Cluster.RegisterNodeAsync(new RegisterNodeRequest(elsewhere), Cancel)).Settings["Security:ApiKey"];
        return
        [
            new("a launched worker", LaunchedWorkerKey.Of(LaunchedWorkerKey.NewWorker(now), elsewhere, handed).Text, [Role.Worker]),
            new("a worker that a node of 0.1 launched", handed, [Role.Worker]),
            new("a worker that ended unheard of", LaunchedWorkerKey.Of(LaunchedWorkerKey.NewWorker(now.AddDays(-1)), elsewhere, handed).Text, Roles: null),
            new("a worker of an unknown node", LaunchedWorkerKey.Of(
                LaunchedWorkerKey.NewWorker(now), new Uri("http://127.0.0.1:8/"), ApiKey.Derive("workers@http://127.0.0.1:8/", ManagerProgram.ApiKey).Text).Text, Roles: null),
            new("the manager", CallKey.For(called, ManagerProgram.ApiKey, now).Text, [Role.Admin, Role.Operator, Role.Submitter, Role.Viewer]),
            new("whom the manager called", CallKey.For(elsewhere, ManagerProgram.ApiKey, now).Text, Roles: null),
            new("who was here yesterday", CallKey.For(called, ManagerProgram.ApiKey, now.AddDays(-1)).Text, Roles: null),
        ];
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string name, string? key)
    {
        var (method, path) = name.Split(':') is [var verb, var rest] ? (HttpMethod.Parse(verb), rest) : (HttpMethod.Post, name);
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            // Of another type the request would not reach the operation.
            request.Content = new StringContent("{}", new MediaTypeHeaderValue(name.StartsWith("upload", StringComparison.Ordinal) ? "application/zip" : "application/json"));
        }

        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await http.SendAsync(request, Cancel);
    }

    /// <summary>Lists the paths of endpoints, without the style sheets and scripts of the cluster page, which are files.</summary>
    private static IEnumerable<string> Paths(IServiceProvider services, Func<RouteEndpoint, bool> condition) => services
        .GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(condition)
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        .Select(endpoint => endpoint.RoutePattern.RawText!).Order(StringComparer.Ordinal);

    private sealed record Caller(string Name, string? Key, IReadOnlyList<Role>? Roles);
}
