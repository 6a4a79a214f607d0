using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Mindtrace.AppHost.Tests.Boot;
using Mindtrace.Cluster;
using Mindtrace.Services;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;
using Role = Mindtrace.Services.Role;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>The attacks of docs/security.md that take more than one request, made against a live cluster after those of <see cref="HostileMinute"/>.</summary>
internal sealed partial class LiveAttacks : IDisposable
{
    // An address may send 1,000 requests without a valid key in ten seconds. So many within such a time exceed that, even if the ten seconds of the
    // manager end meanwhile; a machine that is too slow for them is too slow for whoever tries keys, too.
    private const int MostTries = 3000;
    private const int TriesAtOnce = 32;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly ClusterClient _admin;
    private readonly HttpClient _http;
    private readonly CancellationToken _cancel;

    private LiveAttacks(BootedCluster cluster, CancellationToken cancel)
    {
        (_admin, _cancel) = (cluster.Client, cancel);
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = cluster.Url };
    }

    /// <summary>Makes them.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="workersHaveUsers">Whether its servers tell workers from the manager.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task RunAsync(BootedCluster cluster, bool workersHaveUsers, CancellationToken cancel)
    {
        using var attacks = new LiveAttacks(cluster, cancel);
        await attacks.LookAtAuditAsync();
        await attacks.CollectAsync();
        await attacks.LeadAwayAsync();
        await attacks.UseSessionAsync();
        if (workersHaveUsers)
        {
            await attacks.LogInAsWorkerAsync();
        }

        await attacks.TryKeysAsync();
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Denies what was done with a key.</summary>
    private async Task LookAtAuditAsync()
    {
        var refused = await _admin.ListAuditAsync(new ListAuditRequest { Key = "stolen-viewer", Operation = "shutdown" }, _cancel);
        Assert.All(refused.Entries, entry => Assert.Equal(403, entry.Status));
        Assert.NotEmpty(refused.Entries);
    }

    /// <summary>Collects keys and sessions as an app.</summary>
    private async Task CollectAsync()
    {
        await using var app = await CollectingApp.StartAsync(_cancel);
        await _admin.RegisterAppAsync(AppName.Parse("collecting"), app.Url, _cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "collecting/anything");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BootedCluster.ApiKey);
        request.Headers.Add("Cookie", "mindtrace-session=stolen; other=kept");

        using var answer = await _http.SendAsync(request, _cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var headers = Assert.Single(app.Collected);
        Assert.Contains("other=kept", headers, StringComparison.Ordinal);
        Assert.DoesNotContain(BootedCluster.ApiKey, headers, StringComparison.Ordinal);
        Assert.DoesNotContain("stolen", headers, StringComparison.Ordinal);
    }

    /// <summary>Leads the manager elsewhere as an app.</summary>
    private async Task LeadAwayAsync()
    {
        await using var app = await CollectingApp.StartAsync(_cancel);
        await _admin.RegisterAppAsync(AppName.Parse("leading"), app.Url, _cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "leading/away");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BootedCluster.ApiKey);

        using var answer = await _http.SendAsync(request, _cancel);

        // It is told, and not followed.
        Assert.Equal((HttpStatusCode.Found, CollectingApp.Elsewhere), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    /// <summary>Leads a login elsewhere, uses its cookie as a key, and its session beyond its key.</summary>
    private async Task UseSessionAsync()
    {
        const string Login = "ui/login?return=https%3A%2F%2Fevil.example.org%2F";
        var key = await _admin.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("stolen-session"), [Role.Viewer]), _cancel);
        var form = await _http.GetStringAsync(new Uri(Login, UriKind.Relative), _cancel);
        var fields = HiddenField().Matches(form).Select(field => KeyValuePair.Create(field.Groups["name"].Value, WebUtility.HtmlDecode(field.Groups["value"].Value)));
        using var typed = new FormUrlEncodedContent([.. fields, KeyValuePair.Create("Key", key.Key)]);

        using var signedIn = await _http.PostAsync(new Uri(Login, UriKind.Relative), typed, _cancel);

        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        Assert.Equal(_http.BaseAddress!.Authority, new Uri(_http.BaseAddress, signedIn.Headers.Location!).Authority);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), it => it.StartsWith("mindtrace-session", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, await StatusOfPageAsync());
        using var body = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var called = await _http.PostAsync(new Uri("list_jobs", UriKind.Relative), body, _cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, called.StatusCode);

        await _admin.RevokeKeyAsync(key.Name, _cancel);
        using var look = new PeriodicTimer(LookInterval);
        while (await StatusOfPageAsync() != HttpStatusCode.Found)
        {
            await look.WaitForNextTickAsync(_cancel);
        }

        async Task<HttpStatusCode> StatusOfPageAsync()
        {
            using var page = await _http.GetAsync(new Uri("ui/jobs", UriKind.Relative), _cancel);
            return page.StatusCode;
        }
    }

    /// <summary>Logs in at the servers as a worker does.</summary>
    private async Task LogInAsWorkerAsync()
    {
        var node = new Uri("http://127.0.0.1:9/");
        var handed = (await _admin.RegisterNodeAsync(new RegisterNodeRequest(node), _cancel)).Settings;
        await _admin.UnregisterNodeAsync(node, _cancel);

        await using var redis = await ConnectionMultiplexer.ConnectAsync(handed["ConnectionStrings:redis"] + ",allowAdmin=true");
        foreach (var (command, key) in ((string, string[])[])[("FLUSHALL", []), ("KEYS", ["*"]), ("HGETALL", ["{mindtrace}:api-keys"]), ("DEL", ["{mindtrace}:audit"])])
        {
            await Assert.ThrowsAsync<RedisServerException>(() => redis.GetDatabase().ExecuteAsync(command, [.. key]));
        }

        var broker = new ConnectionFactory { Uri = new Uri(handed["ConnectionStrings:rabbitmq"]) };
        await using var connection = await broker.CreateConnectionAsync(_cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: _cancel);
        var refused = await Assert.ThrowsAsync<OperationInterruptedException>(() => channel.QueueDeleteAsync("echo_job", cancellationToken: _cancel));
        Assert.Equal<int?>(Constants.AccessRefused, refused.ShutdownReason?.ReplyCode);
    }

    /// <summary>Tries keys out until the address is held back.</summary>
    private async Task TryKeysAsync()
    {
        var (isLimited, started) = (0, Stopwatch.GetTimestamp());
        await Parallel.ForAsync(0, MostTries, new ParallelOptions { MaxDegreeOfParallelism = TriesAtOnce, CancellationToken = _cancel }, async (_, token) =>
        {
            if (Volatile.Read(ref isLimited) == 1 || Stopwatch.GetElapsedTime(started) >= Window)
            {
                return;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, "list_jobs");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey.Create("stolen-viewer").Text);
            using var answer = await _http.SendAsync(request, token);
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Interlocked.Exchange(ref isLimited, 1);
            }
        });

        Assert.True(isLimited == 1 || Stopwatch.GetElapsedTime(started) >= Window);

        // Of the same address, and with a key.
        await _admin.ListNodesAsync(_cancel);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" */>""")]
    private static partial Regex HiddenField();
}
