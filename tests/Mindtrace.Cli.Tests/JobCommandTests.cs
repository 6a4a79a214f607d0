using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cli.Tests;

public sealed class JobCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task Submit_WithWait_TellsTheOutcome()
    {
        var run = await cluster.RunAsync("submit", RunningCluster.EchoJob, """{"message":"hello"}""", "--wait");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.StartsWith("completed ", run.Text, StringComparison.Ordinal);
        Assert.Contains("\"echoed\": \"hello\"", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_PayloadFromInputOrFile_IsRead()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"message":"from a file"}""", TestContext.Current.CancellationToken);

        var fromInput = await cluster.RunWithInputAsync("""{"message":"from input"}""", "submit", RunningCluster.EchoJob, "-", "--wait", "--json");
        var fromFile = await cluster.RunAsync("submit", RunningCluster.EchoJob, $"@{file}", "--wait", "--json");

        File.Delete(file);
        Assert.Equal("from input", Echoed(fromInput));
        Assert.Equal("from a file", Echoed(fromFile));
    }

    [Fact]
    public async Task Submit_JobDoesNotComplete_ExitsWithItsOwnCode()
    {
        var run = await cluster.RunAsync("submit", RunningCluster.EchoJob, """{"message":5}""", "--wait");

        Assert.Equal(ExitCode.Unsuccessful, run.Code);
        Assert.StartsWith("error ", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ByTypeAndStatus_ShowsThoseJobs()
    {
        var type = await cluster.NewTypeAsync();
        await cluster.RunAsync("submit", type.Value, "{}", "--id", $"{type}-1");

        var queued = await cluster.RunAsync("jobs", "list", "--type", type.Value, "--status", "queued");
        var failed = await cluster.RunAsync("jobs", "list", "--type", type.Value, "--status", "failed");

        Assert.Contains($"{type}-1", queued.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{type}-1", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_AJob_TellsAttemptsPayloadAndOutput()
    {
        var id = $"show-{Guid.NewGuid():N}";
        await cluster.RunAsync("submit", RunningCluster.EchoJob, """{"message":5}""", "--id", id, "--wait");

        var run = await cluster.RunAsync("jobs", "show", id);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("requeue or discard it", run.Text, StringComparison.Ordinal);
        Assert.Contains("ATTEMPT", run.Text, StringComparison.Ordinal);
        Assert.Contains("\"message\": 5", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_NothingPrinted_IsToldApartFromThem()
    {
        var type = await cluster.NewTypeAsync();
        await cluster.RunAsync("submit", type.Value, "{}", "--id", $"{type}-1");

        var run = await cluster.RunAsync("jobs", "logs", $"{type}-1");

        Assert.Equal((ExitCode.Success, "", "It has printed nothing."), (run.Code, run.Output, run.Error.Trim()));
    }

    [Fact]
    public async Task Submit_PayloadThatBreaksItsSchema_IsToldOnce()
    {
        var type = await cluster.NewTypeAsync();
        await cluster.Client.RegisterJobTypeAsync(
            new JobTypeDefinition(type) { InputSchema = JsonElement.Parse("""{"type":"object","required":["message"]}""") }, TestContext.Current.CancellationToken);

        var run = await cluster.RunAsync("submit", type.Value, "{}");

        Assert.Equal((ExitCode.Refused, "payload Required properties [\"message\"] are not present."), (run.Code, run.Error.Trim()));
    }

    [Fact]
    public async Task Cancel_AQueuedJob_CancelsIt()
    {
        var type = await cluster.NewTypeAsync();
        var id = $"{type}-1";
        await cluster.RunAsync("submit", type.Value, "{}", "--id", id);

        Assert.Equal("Cancelled.", (await cluster.RunAsync("jobs", "cancel", id)).Text.Trim());
        Assert.Equal(ExitCode.Unsuccessful, (await cluster.RunAsync("jobs", "wait", id)).Code);
    }

    [Fact]
    public async Task Cancel_ACompletedJob_SaysThatItHasEnded()
    {
        var id = $"ended-{Guid.NewGuid():N}";
        await cluster.RunAsync("submit", RunningCluster.EchoJob, """{"message":"hello"}""", "--id", id, "--wait");

        Assert.Equal("It has ended before: completed.", (await cluster.RunAsync("jobs", "cancel", id)).Text.Trim());
    }

    [Fact]
    public async Task Replay_ACompletedJob_RunsItAgainUnderAnotherId()
    {
        var id = $"first-{Guid.NewGuid():N}";
        await cluster.RunAsync("submit", RunningCluster.EchoJob, """{"message":"again"}""", "--id", id, "--wait");

        var replayed = JsonElement.Parse((await cluster.RunAsync("jobs", "replay", id, "--json")).Output).GetProperty("job_id").GetString()!;

        Assert.Contains("\"echoed\": \"again\"", (await cluster.RunAsync("jobs", "wait", replayed)).Text, StringComparison.Ordinal);
        var shown = (await cluster.RunAsync("jobs", "show", replayed)).Text;
        Assert.Matches($@"replay of +{id}", shown);
        Assert.Matches(@"ran by +\S*EchoWorker", shown);
    }

    [Fact]
    public async Task Why_NoWorkerOfTheType_SaysWhatCanBeLaunched()
    {
        var type = await cluster.NewTypeAsync();
        await cluster.RunAsync("submit", type.Value, "{}", "--id", $"{type}-1");

        Assert.StartsWith($"No worker consumes {type}, and no worker type is registered for it.", (await cluster.RunAsync("why", $"{type}-1")).Text, StringComparison.Ordinal);

        await cluster.RunAsync("types", "register", type.Value, "EchoWorker", "--job-type", type.Value);

        Assert.StartsWith($"No worker consumes {type}. Launch one: mindtrace workers launch {type}", (await cluster.RunAsync("why", $"{type}-1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_NotBeforeLater_SaysWhen()
    {
        var type = await cluster.NewTypeAsync();
        await cluster.RunAsync("submit", type.Value, "{}", "--id", $"{type}-1", "--not-before", "2126-05-01T06:00:00Z");

        Assert.StartsWith("It may not run before 2126-05-01", (await cluster.RunAsync("why", $"{type}-1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_AFailedJob_SaysWhyAndWhatToDo()
    {
        var id = $"why-{Guid.NewGuid():N}";
        await cluster.RunAsync("submit", RunningCluster.EchoJob, """{"message":5}""", "--id", id, "--wait");

        var run = await cluster.RunAsync("why", id);

        Assert.StartsWith("It could not be run: ", run.Text, StringComparison.Ordinal);
        Assert.Contains($"mindtrace dlq requeue {id}", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_TypeThatGoesNowhere_SaysWhyAndWhatToDo()
    {
        var id = $"nowhere-{Guid.NewGuid():N}";

        var run = await cluster.RunAsync("submit", "goes-nowhere", "{}", "--id", id);

        Assert.Equal(ExitCode.Unsuccessful, run.Code);
        Assert.Contains("No job schema targeting found for job type goes-nowhere", run.Text, StringComparison.Ordinal);
        Assert.Contains($"mindtrace why {id}", run.Text, StringComparison.Ordinal);
        Assert.Contains("mindtrace job-types register goes-nowhere", (await cluster.RunAsync("why", id)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_AWorkerOverHttpAsksForJobs_CountsIt()
    {
        var type = await cluster.NewTypeAsync();
        using var http = new HttpClient();
        await new ServiceClient(http, cluster.Url, cluster.ApiKey).CallAsync(
            AttemptOperations.TakeJob, new TakeJobRequest(WorkerId.New(), type) { WaitSeconds = 1 }, TestContext.Current.CancellationToken);
        await cluster.RunAsync("submit", type.Value, "{}", "--id", $"{type}-1");

        Assert.Contains("1 of 1 are idle", (await cluster.RunAsync("why", $"{type}-1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownJob_IsRefused()
    {
        var run = await cluster.RunAsync("jobs", "show", "nobody-knows-it");

        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Equal("There is no job 'nobody-knows-it'. It was never submitted to this cluster.", run.Error.Trim());
    }

    private static string? Echoed(CommandRun run) =>
        JsonElement.Parse(run.Output).GetProperty("output").GetProperty("echoed").GetString();
}
