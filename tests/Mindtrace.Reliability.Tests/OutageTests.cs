using System.Net.Http.Json;
using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>Servers that vanish for a while: the health of the services says so, and they go on without being started again.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class OutageTests(OutageTests.Cluster cluster) : IClassFixture<OutageTests.Cluster>
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_Away_NothingIsTakenAndAllGoOnAfterwards()
    {
        var refused = NewJob();
        await DuringOutageAsync(cluster.RedisProxy, "StackExchange.Redis", async () =>
        {
            var answer = await Assert.ThrowsAsync<OperationException>(() => cluster.Client.SubmitJobAsync(refused, Cancel));
            Assert.Equal((503, "urn:mindtrace:problem:backend-unavailable"), (answer.Status, answer.ProblemType));
            Assert.NotNull(answer.RetryAfter);
        });

        Assert.Equal([refused.Id], (await cluster.JudgeNowAsync([refused.Id])).Lost);
    }

    [Fact]
    public async Task Broker_Away_JobsAreTakenAndRunAfterwards()
    {
        var job = NewJob();
        await DuringOutageAsync(cluster.BrokerProxy, "RabbitMQ", async () =>
            Assert.Equal(JobState.Queued, (await cluster.Client.SubmitJobAsync(job, Cancel)).Status));

        (await cluster.JudgeAsync([job.Id])).IsClean(extraExecutions: 0);
    }

    [Fact]
    public async Task Registry_Away_JobsRunAndWorkerTypesAreRefused()
    {
        await DuringOutageAsync(cluster.RegistryProxy!, "registry", async () =>
        {
            (await cluster.JudgeAsync(await cluster.SubmitAsync([NewJob()]))).IsClean(extraExecutions: 0);
            var request = new RegisterWorkerTypeRequest(WorkerTypeName.Parse("late"), nameof(LedgerWorker));
            var answer = await Assert.ThrowsAsync<OperationException>(() => cluster.Client.RegisterWorkerTypeAsync(request, Cancel));
            Assert.Equal(503, answer.Status);
        });
    }

    private static Job NewJob() => LedgerWorker.Schema.CreateJob(new LedgerInput());

    private async Task DuringOutageAsync(TcpProxy proxy, string check, Func<Task> act)
    {
        var services = cluster.WorkerProcesses.Prepend(cluster.Manager).ToList();
        var processes = services.ConvertAll(service => service.ProcessId);
        await WhenHealthAsync(services, health => health == null);
        await proxy.RefuseAsync();
        try
        {
            // Workers need no registry.
            await WhenHealthAsync(
                proxy == cluster.RegistryProxy ? [cluster.Manager] : services, health => health?.Contains(check, StringComparison.Ordinal) == true);
            await act();
        }
        finally
        {
            proxy.Restore();
        }

        (await cluster.JudgeAsync(await cluster.SubmitAsync([NewJob()]))).IsClean(extraExecutions: 0);
        await WhenHealthAsync(services, health => health == null);
        Assert.Equal(processes, services.ConvertAll(service => service.ProcessId));
    }

    /// <summary>Waits until the health of each service is as it should be: the names of the checks that fail, none when it is healthy.</summary>
    private static async Task WhenHealthAsync(IReadOnlyList<SupervisedService> services, Func<string?, bool> condition)
    {
        using var http = new HttpClient();
        using var look = new PeriodicTimer(LookInterval);
        foreach (var service in services)
        {
            while (!condition(await FailedChecksAsync(http, service)))
            {
                await look.WaitForNextTickAsync(Cancel);
            }
        }
    }

    private static async Task<string?> FailedChecksAsync(HttpClient http, SupervisedService service)
    {
        using var answer = await http.GetAsync(new Uri(service.Url, "health"), Cancel);
        if (answer.IsSuccessStatusCode)
        {
            return null;
        }

        var report = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return string.Join(", ", report.GetProperty("checks").EnumerateArray()
            .Where(check => check.GetProperty("status").GetString() != "Healthy")
            .Select(check => check.GetProperty("name").GetString()));
    }

    public sealed class Cluster() : ClusterUnderDamage(new RedisServer(), new RabbitMqServer(), new S3Server());
}
