using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Mindtrace.AppHost.Tests.Boot;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>The attacks of docs/security.md that a request can make. Each is to be answered with a status from 400 to 499.</summary>
internal sealed class HostileRequests
{
    private const string Metadata = "http://169.254.169.254/latest/meta-data";
    private const string WorkerType = "hostile";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly StolenKeys _keys;
    private readonly string _jobOfAnother;
    private readonly Uri _node;
    private readonly Uri _worker;
    private readonly (string Name, Func<HttpRequestMessage> Make)[] _all;

    private HostileRequests(StolenKeys keys, string jobOfAnother, Uri node, Uri worker)
    {
        (_keys, _jobOfAnother, _node, _worker) = (keys, jobOfAnother, node, worker);
        _all = All(BootedCluster.ApiKey);
    }

    /// <summary>Makes the keys that attackers have got hold of, and what they are after.</summary>
    public static async Task<HostileRequests> PrepareAsync(ClusterClient admin, CancellationToken cancellationToken)
    {
        var job = await admin.SubmitJobAsync(
            EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "not yours" }) with { NotBefore = TimeProvider.System.GetUtcNow().AddDays(1) }, cancellationToken);
        await admin.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse(WorkerType), nameof(EchoWorker)), cancellationToken);
        var node = await NodeAsync(admin, cancellationToken);
        var worker = (await admin.ListWorkersAsync(cancellationToken))[0].WorkerUrl;
        return new HostileRequests(await StolenKeys.StealAsync(admin, node, cancellationToken), job.JobId.Value, node, new Uri(worker));
    }

    private static async Task<Uri> NodeAsync(ClusterClient admin, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            if (await admin.ListNodesAsync(cancellationToken) is [var node, ..])
            {
                return node.NodeUrl;
            }

            await look.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Gets how many attacks there are.</summary>
    public int Count => _all.Length;

    /// <summary>Makes an attack.</summary>
    /// <param name="number">Which, from 0; beyond the last they begin anew.</param>
    public (string Name, HttpRequestMessage Request) Make(int number)
    {
        var (name, make) = _all[number % _all.Length];
        return (name, make());
    }

    private (string Name, Func<HttpRequestMessage> Make)[] All(string admin) =>
    [
        ("no key", () => Post("clear_databases")),
        ("a wrong key", () => Post("list_jobs", ApiKey.Create("stolen-viewer").Text)),
        ("a revoked key", () => Post("list_jobs", _keys.Revoked)),
        ("a token that nobody signed", () => Post("list_jobs", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.")),
        ("a capability of no job", () => Post("own_job", Capability.Create().Text)),
        ("a viewer's key for more", () => Post("shutdown", _keys.Viewer)),
        ("an operator's key for keys", () => Post("create_key", _keys.Operator, """{"name":"mine","roles":["admin"]}""")),
        ("an operator's key for the audit log", () => Post("list_audit", _keys.Operator)),
        ("a submitter's key for the job of another", () => Post("cancel_job", _keys.Submitter, $$"""{"job_id":"{{_jobOfAnother}}"}""")),
        ("a key for the settings of nodes", () => Post("register_node", _keys.Operator, """{"node_url":"http://127.0.0.1:1/"}""")),
        ("a worker's key for a job of its own", () => Post("submit_job", _keys.Worker, """{"schema_name":"echo_job","payload":{}}""")),
        ("a worker's key for the job of another", () => Post("inspect_job", _keys.Worker, $$"""{"job_id":"{{_jobOfAnother}}"}""")),
        ("a worker's key for what runs", () => Post("register_worker_type", _keys.Worker, """{"worker_name":"mine","worker_class":"EchoWorker"}""")),
        ("a worker's key for a node of its own", () => Post("register_node", _keys.Worker, """{"node_url":"http://127.0.0.1:1/"}""")),
        ("a worker's key for the program of another", () => Send(HttpMethod.Get, $"worker_package?package={new string('0', 64)}", _keys.Worker)),
        ("a key that the manager called with elsewhere", () => Post("list_jobs", CallKey.For(new Uri("http://192.0.2.1:1/"), admin, TimeProvider.System.GetUtcNow()).Text)),
        ("a key of the workers of a node that is gone", () => Post("take_job", ApiKey.Derive("workers@http://192.0.2.1:1/", admin).Text)),
        ("a launched worker's key for another worker", () => Post(
            "register_worker", _keys.LaunchedWorker, $$"""{"worker_id":"{{Guid.NewGuid()}}","worker_url":"http://127.0.0.1:9/","job_types":[]}""")),
        ("a launched worker's key at another worker", () => Post(new Uri(_worker, "shutdown"), _keys.LaunchedWorker)),
        ("a key of a launched worker that ended", () => Post("take_job", _keys.EndedWorker)),
        ("no key at a node", () => Post(new Uri(_node, "shutdown_all_workers"))),
        ("no key at a worker", () => Post(new Uri(_worker, "shutdown"))),
        ("the key of the cluster at a node", () => Post(new Uri(_node, "shutdown_all_workers"), admin)),
        ("a worker's key at a node", () => Post(new Uri(_node, "launch_worker"), _keys.Worker, $$"""{"worker_type":"{{WorkerType}}"}""")),
        ("a capability of no job at a worker", () => Post(new Uri(_worker, "own_job"), Capability.Create().Text)),
        ("a worker on another machine", () => Post(
            "launch_worker", _keys.Operator, $$"""{"worker_type":"{{WorkerType}}","node_url":"{{_node}}","worker_url":"http://192.0.2.1:9/"}""")),
        ("a launch at no node", () => Post("launch_worker", _keys.Operator, """{"worker_type":"any","node_url":"http://127.0.0.1:9/"}""")),
        ("a rebound name", () => Change(Post("list_jobs", admin), request => request.Headers.Host = "rebound.example.org")),
        ("a page of another site", () => Change(Post("list_jobs", admin), request => request.Headers.Add("Origin", "https://evil.example.org"))),
        ("an opaque origin", () => Change(Post("list_jobs", admin), request => request.Headers.Add("Origin", "null"))),
        ("a web socket of another site", WebSocket),
        ("a preflight of another site", Preflight),
        ("a change by GET", () => Send(HttpMethod.Get, "clear_databases", admin)),
        ("a form", () => Post("submit_job", admin, "schema_name=echo_job", "application/x-www-form-urlencoded")),
        ("a text", () => Post("submit_job", admin, "{}", "text/plain")),
        ("a deep body", () => Post("submit_job", admin, """{"schema_name":"echo_job","payload":""" + new string('[', 5000))),
        ("a body that ends early", () => Post("submit_job", admin, """{"schema_name":"echo_job","payload":{""")),
        ("a long text", () => Post("get_job_status", admin, $$"""{"job_id":"{{new string('a', 100_000)}}"}""")),
        ("headers by the hundred", () => Change(Post("list_jobs", admin), request =>
        {
            for (var i = 0; i < 150; i++)
            {
                request.Headers.Add($"X-Header-{i}", "x");
            }
        })),
        ("a member twice", () => Post("submit_job", admin, """{"schema_name":"echo_job","schema_name":"other","payload":{}}""")),
        ("a name that is a path", () => Post("submit_job", admin, """{"schema_name":"../../etc/passwd","payload":{}}""")),
        ("a name with lines", () => Post("register_job_type", admin, """{"job_type":"a\r\nforged: line"}""")),
        ("an app at the metadata", () => Post("register_app", admin, $$"""{"name":"metadata","url":"{{Metadata}}"}""")),
        ("an app at the metadata, written otherwise", () => Post("register_app", admin, """{"name":"metadata","url":"http://2852039166/"}""")),
        ("an app in a file", () => Post("register_app", admin, """{"name":"file","url":"file:///etc/passwd"}""")),
        ("a node at the metadata", () => Post("register_node", admin, $$"""{"node_url":"{{Metadata}}"}""")),
        ("a repository at the metadata", () => Post("register_worker_type", admin, $$"""{"worker_name":"evil","worker_class":"A","git_repo_url":"{{Metadata}}"}""")),
        ("a repository that is an option", () => Post("register_worker_type", admin, """{"worker_name":"evil","worker_class":"A","git_repo_url":"--upload-pack=evil"}""")),
        ("a package that leads out", SlippingPackage),
        ("no package", () => Post("upload_worker_package", admin, "PK", "application/zip")),
        ("a cron expression that is none", () => Post("schedule_job", admin, """{"name":"evil","cron":"* * * * * * * *","job":{"schema_name":"echo_job","payload":{}}}""")),
        ("a path that leads out", () => Post("%2e%2e/%2e%2e/etc/passwd")),
        ("a login without its token", () => Post("ui/login", key: null, "key=" + admin, "application/x-www-form-urlencoded")),
        ("a method that nobody knows", () => Send(new HttpMethod("BREW"), "list_jobs", admin)),
    ];

    private static HttpRequestMessage WebSocket() => Change(Send(HttpMethod.Get, "_blazor", BootedCluster.ApiKey), request =>
    {
        request.Headers.Add("Origin", "https://evil.example.org");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
    });

    private static HttpRequestMessage Preflight() => Change(Send(HttpMethod.Options, "clear_databases", key: null), request =>
    {
        request.Headers.Add("Origin", "https://evil.example.org");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization");
    });

    private static HttpRequestMessage SlippingPackage()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("../../evil.dll");
        }

        var request = Send(HttpMethod.Post, "upload_worker_package", BootedCluster.ApiKey);
        request.Content = new ByteArrayContent(bytes.ToArray());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return request;
    }

    private static HttpRequestMessage Post(string path, string? key = null, string body = "{}", string mediaType = "application/json") =>
        Post(new Uri("/" + path, UriKind.Relative), key, body, mediaType);

    private static HttpRequestMessage Post(Uri url, string? key = null, string body = "{}", string mediaType = "application/json")
    {
        var request = Send(HttpMethod.Post, url, key);
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        return request;
    }

    private static HttpRequestMessage Send(HttpMethod method, string path, string? key) => Send(method, new Uri("/" + path, UriKind.Relative), key);

    private static HttpRequestMessage Send(HttpMethod method, Uri url, string? key)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static HttpRequestMessage Change(HttpRequestMessage request, Action<HttpRequestMessage> change)
    {
        change(request);
        return request;
    }
}
