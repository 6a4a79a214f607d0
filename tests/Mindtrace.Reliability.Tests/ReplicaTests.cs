using System.Net;
using System.Text.RegularExpressions;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>Three managers behind one address.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed partial class ReplicaTests(ReplicaTests.Cluster cluster) : IClassFixture<ReplicaTests.Cluster>
{
    private const int Jobs = 2_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task Managers_RestartedInTurnUnderLoad_LoseNothing(string signal)
    {
        var before = cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum();
        var submission = cluster.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))]);
        foreach (var (turn, manager) in cluster.ManagerProcesses.Index())
        {
            await cluster.Ledger.WhenExecutedAsync(before + (Jobs / 10 * (turn + 1)));
            await manager.EndAsync(signal);
        }

        Assert.True(cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum() - before < Jobs, "All jobs were done before the last restart.");
        (await cluster.JudgeAsync(await submission)).IsClean(extraExecutions: 0);
    }

    [Fact]
    public async Task Manager_ToldSomething_TheOthersKnowIt()
    {
        var (first, second, third) = (ClientOf(0), ClientOf(1), ClientOf(2));

        var type = JobType.Parse("known_to_all");
        await first.RegisterJobTypeAsync(new JobTypeDefinition(type), Cancel);
        Assert.Contains(await second.ListJobTypesAsync(Cancel), known => known.JobType == type);

        await second.RegisterAppAsync(AppName.Parse("worker"), cluster.AnyWorker().Url, Cancel);
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", cluster.ApiKey) } };
        using (var answer = await http.GetAsync(new Uri(UrlOf(2), "worker/alive"), Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var key = await third.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("reader"), [Role.Viewer]), Cancel);
        Assert.NotEmpty(await ClusterClient.Connect(UrlOf(0), key.Key).ListWorkersAsync(Cancel));
        Assert.Equal(
            (await first.ListWorkersAsync(Cancel)).Select(worker => worker.WorkerId).Order(StringComparer.Ordinal),
            (await second.ListWorkersAsync(Cancel)).Select(worker => worker.WorkerId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Events_OfAJobThatAnotherManagerTook_ReachWhoWaits()
    {
        const int Lines = 3;
        var gate = cluster.NewGate();
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput(Gate: gate, Lines: Lines));
        await ClientOf(0).SubmitJobAsync(job, Cancel);
        var waiting = ClientOf(1).WaitForJobAsync(job.Id, Cancel);
        var lines = new List<string>();
        await foreach (var line in ClientOf(2).FollowJobLogsAsync(new JobLogsRequest(job.Id) { After = 0 }, Cancel))
        {
            lines.Add(line.Line);
            if (lines.Count == Lines)
            {
                await File.WriteAllTextAsync(gate, "", Cancel);
            }
        }

        Assert.Equal(["1", "2", "3"], lines);
        Assert.Equal(JobState.Completed, (await waiting).Status);
    }

    [Fact]
    public async Task Session_OpenedAtOneManager_IsGoodAtTheOthers()
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var form = await browser.GetAsync(new Uri(UrlOf(0), "ui/login"), Cancel);
        var fields = HiddenField().Matches(await form.Content.ReadAsStringAsync(Cancel))
            .Select(field => KeyValuePair.Create(field.Groups["name"].Value, field.Groups["value"].Value));

        using var login = new FormUrlEncodedContent([.. fields, KeyValuePair.Create("Key", cluster.ApiKey)]);
        using var signedIn = await browser.PostAsync(new Uri(UrlOf(1), "ui/login"), login, Cancel);
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);

        using var page = await browser.GetAsync(UrlOf(2), Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" */>""")]
    private static partial Regex HiddenField();

    private Uri UrlOf(int manager) => cluster.ManagerProcesses[manager].Url;

    private ClusterClient ClientOf(int manager) => ClusterClient.Connect(UrlOf(manager), cluster.ApiKey);

    public sealed class Cluster() : ClusterUnderDamage(new GarnetServer(), broker: null)
    {
        private protected override int Managers => 3;
    }
}
