using System.Text.Json;
using Microsoft.Playwright;
using Mindtrace.Jobs;
using Mindtrace.Services;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

public sealed class JobPageTests(DashboardFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_FilteredByTypeAndStatus_ShowsThoseAlone()
    {
        var type = await fixture.NewTypeAsync("list");
        var (waiting, done) = (await StoredJob.SubmitAsync(fixture, type), await StoredJob.SubmitAsync(fixture, type));
        await done.ClaimAsync();
        await done.CompleteAsync();
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, $"/ui/jobs?type={type}");
        await Expect(Link(visit, waiting)).ToBeVisibleAsync();
        await Expect(Link(visit, done)).ToBeVisibleAsync();

        await visit.Page.GetByLabel("Status").SelectOptionAsync("completed");

        await Expect(Link(visit, waiting)).ToBeHiddenAsync();
        await Expect(Link(visit, done)).ToBeVisibleAsync();
        Assert.Contains("state=completed", visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_MoreThanAPage_LeadsToOlderAndBack()
    {
        var type = await fixture.NewTypeAsync("pages");
        var jobs = Enumerable.Range(0, 60).Select(_ => new Job { SchemaName = type, Payload = JobsJson.EmptyObject }).ToList();
        await fixture.Client.SubmitJobsAsync(jobs, Cancel);
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, $"/ui/jobs?type={type}");
        await Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(50);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(10);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Latest" }).ClickAsync();
        await Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(50);
    }

    [Fact]
    public async Task Find_ById_OpensTheJob()
    {
        var job = await StoredJob.SubmitAsync(fixture, await fixture.NewTypeAsync("find"));
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, "/ui/jobs");

        await visit.Page.GetByLabel("Job id").FillAsync(job.Id.Value);
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.HasHeadingAsync(job.Id.Value);
    }

    [Fact]
    public async Task Job_Runs_IsFollowedWithItsLogToItsEnd()
    {
        var job = await StoredJob.SubmitAsync(fixture, await fixture.NewTypeAsync("follow"), """{"message":"look at me"}""");
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, $"/ui/jobs/{job.Id}");
        await Expect(visit.Page.GetByLabel("Payload")).ToContainTextAsync("look at me");
        await Expect(visit.Page.Locator(".timeline")).ToContainTextAsync("Waits for a worker");

        await job.ClaimAsync();
        await Expect(visit.Page.Locator(".timeline")).ToContainTextAsync("Attempt 1 runs");
        await job.PrintAsync(1, "the first line");
        await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("the first line");
        await job.PrintAsync(2, "the second line");
        await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("the second line");
        await job.CompleteAsync("""{"answer":42}""");

        await Expect(visit.Page.Locator(".timeline")).ToContainTextAsync("Attempt 1 completed");
        await Expect(visit.Page.GetByLabel("Output")).ToContainTextAsync("42");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Show the trace" }))
            .ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^http://traces.example/[0-9a-f]{32}$"));
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Log_ColouredForATerminal_IsReadWithoutItsCodes()
    {
        var job = await StoredJob.SubmitAsync(fixture, await fixture.NewTypeAsync("coloured"));
        await job.ClaimAsync();
        await job.PrintAsync(1, "\e[1;32mgreen\e[0m line");
        await job.CompleteAsync();
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, $"/ui/jobs/{job.Id}");

        await Expect(visit.Page.GetByRole(AriaRole.Log)).ToHaveTextAsync("green line");
    }

    [Fact]
    public async Task Job_Failed_IsUnderstoodAndRequeued()
    {
        var job = await StoredJob.FailedAsync(fixture, await fixture.NewTypeAsync("broken"), "The disk is full.\n   at Somewhere()");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, $"/ui/jobs/{job.Id}");
        await Expect(visit.Page.GetByLabel("Error")).ToContainTextAsync("The disk is full.");
        await Expect(visit.Page.Locator(".timeline")).ToContainTextAsync("a dead letter");

        await visit.Button("Requeue").ClickAsync();

        await Expect(visit.Page.GetByText("Queued again.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".timeline li")).ToContainTextAsync(["Attempt 1 failed", "Requeued from the dead letters", "Waits for a worker"]);
        Assert.Equal(JobState.Queued, (await fixture.Client.GetJobStatusAsync(job.Id, Cancel)).Status);
    }

    [Fact]
    public async Task Job_Failed_IsRequeuedWithAnotherPayload()
    {
        var job = await StoredJob.FailedAsync(fixture, await fixture.NewTypeAsync("mended"), "No such picture.");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, $"/ui/jobs/{job.Id}");
        await visit.Button("Edit and requeue").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Payload", Exact = true }).FillAsync("{ no JSON");
        await visit.Button("Requeue with this payload").ClickAsync();
        await Expect(visit.Page.GetByText("This is no JSON")).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Payload", Exact = true }).FillAsync("""{"picture":"another.png"}""");
        await visit.Button("Requeue with this payload").ClickAsync();

        await Expect(visit.Page.GetByText("Queued again, with the payload below.")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Payload", new() { Exact = true })).ToContainTextAsync("another.png");
        var requeued = await fixture.Client.GetJobStatusAsync(job.Id, Cancel);
        Assert.Equal((JobState.Queued, "another.png"), (requeued.Status, requeued.Job.Payload.GetProperty("picture").GetString()));
    }

    [Fact]
    public async Task Job_IsCancelledByWhoSubmittedIt_AndByNoOtherSubmitter()
    {
        var type = await fixture.NewTypeAsync("own");
        var (one, other) = ((await fixture.NewKeyAsync(Role.Submitter)).Key, (await fixture.NewKeyAsync(Role.Submitter)).Key);
        var job = new Job { SchemaName = type, Payload = JsonElement.Parse("{}") };
        await Mindtrace.Cluster.ClusterClient.Connect(fixture.Url, one).SubmitJobAsync(job, Cancel);

        await using var stranger = await Visit.SignedInAsync(fixture, other, $"/ui/jobs/{job.Id}");
        await Expect(stranger.Button("Replay")).ToBeVisibleAsync();
        await Expect(stranger.Button("Cancel")).ToBeHiddenAsync();

        await using var owner = await Visit.SignedInAsync(fixture, one, $"/ui/jobs/{job.Id}");
        await owner.Button("Cancel").ClickAsync();
        await Expect(owner.Page.GetByText("Cancelled.")).ToBeVisibleAsync();
        await Expect(stranger.Page.Locator(".facts .state")).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task Job_IsReplayed_OpensTheNewOne()
    {
        var job = await StoredJob.SubmitAsync(fixture, await fixture.NewTypeAsync("again"));
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Submitter)).Key, $"/ui/jobs/{job.Id}");

        await visit.Button("Replay").ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = job.Id.Value })).ToBeVisibleAsync();
        Assert.DoesNotContain(job.Id.Value, visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_IsUnknown_SaysSo()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, "/ui/jobs/no-such-job");

        await Expect(visit.Page.GetByText("There is no job of this id")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Viewer_SeesNoAction()
    {
        var job = await StoredJob.FailedAsync(fixture, await fixture.NewTypeAsync("seen"), "It broke.");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Viewer)).Key, $"/ui/jobs/{job.Id}");
        await Expect(visit.Page.GetByLabel("Error")).ToContainTextAsync("It broke.");

        await Expect(visit.Page.Locator("main").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    private static ILocator Link(Visit visit, StoredJob job) => visit.Page.GetByRole(AriaRole.Link, new() { Name = job.Id.Value });
}
