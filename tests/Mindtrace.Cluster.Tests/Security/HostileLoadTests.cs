using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>A manager under attack goes on with the jobs of others.</summary>
public sealed class HostileLoadTests(ClusterFixture fixture)
{
    private const int Attacks = 4000;
    private const int AttacksAtOnce = 16;
    private const int Jobs = 300;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attacks_BesideJobs_AreRefusedAndEachJobCompletes()
    {
        var (logs, space) = (new RecordedLines(), new RedisKeySpace($"attacked-{Guid.NewGuid():N}"));
        await using var manager = ManagerProgram.Start(
            fixture.Redis, services => services.AddSingleton<ILoggerProvider>(logs), space,
            ("Logging:LogLevel:Default", "Warning"), ("Logging:Console:LogLevel:Default", "None"),
            ("RequestLimits:PerAddress", "100"), ("RequestLimits:Window", "01:00:00"));
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System), space);
        var type = ClusterFixture.NewType("attacked");
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var viewer = (await manager.Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("viewer"), [Role.Viewer]), Cancel)).Key;

        var attacks = AttackAsync(manager.Url, viewer);
        var jobs = new List<JobId>();
        for (var i = 0; i < Jobs; i++)
        {
            jobs.Add((await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel)).JobId);
        }

        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(job, Cancel).InTime()).Status);
        }

        var statuses = await attacks;
        Assert.All(statuses, status => Assert.InRange(status, 400, 499));
        Assert.Contains(429, statuses);
        Assert.Empty(logs.Faults);
    }

    private static async Task<IReadOnlyList<int>> AttackAsync(Uri manager, string viewer)
    {
        using var http = new HttpClient { BaseAddress = manager };
        var statuses = new int[Attacks];
        await Parallel.ForAsync(0, Attacks, new ParallelOptions { MaxDegreeOfParallelism = AttacksAtOnce, CancellationToken = Cancel }, async (i, token) =>
        {
            using var request = Attack(i, viewer);
            using var answer = await http.SendAsync(request, token);
            statuses[i] = (int)answer.StatusCode;
        });
        return statuses;
    }

    /// <summary>One attack after the other: without key, with a wrong one, for more than a key opens, under a foreign name, of a foreign page, with a bad body.</summary>
    private static HttpRequestMessage Attack(int number, string viewer) => (number % 8) switch
    {
        0 => Post("clear_databases", key: null),
        1 => Post("list_jobs", ApiKey.Create("viewer").Text),
        2 => Post("shutdown", viewer),
        3 => Post("list_jobs", viewer, request => request.Headers.Host = "rebound.example.org"),
        4 => Post("list_jobs", viewer, request => request.Headers.Add("Origin", "https://evil.example.org")),
        5 => Post("get_job_status", viewer, body: "{\"job_id\":" + new string('[', 5000)),
        6 => Post("get_job_status", viewer, body: "{\"job_id\":\"" + new string('a', 100_000) + "\"}"),
        _ => Post("%2e%2e/%2e%2e/etc/passwd", key: null),
    };

    private static HttpRequestMessage Post(string path, string? key, Action<HttpRequestMessage>? change = null, string body = "{}")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        change?.Invoke(request);
        return request;
    }
}
