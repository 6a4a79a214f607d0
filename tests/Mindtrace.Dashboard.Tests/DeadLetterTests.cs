using Microsoft.Playwright;
using Mindtrace.Dashboard.DeadLetters;
using Mindtrace.Jobs;
using Mindtrace.Services;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

public sealed class DeadLetterTests(DashboardFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Letters_FailedInTheSameWay_AreOneGroup()
    {
        var type = await fixture.NewTypeAsync("grouped");
        await StoredJob.FailedAsync(fixture, type, "Camera 17 does not answer after 3.5 s.");
        await StoredJob.FailedAsync(fixture, type, "Camera 4 does not answer after 12 s.");
        await StoredJob.FailedAsync(fixture, type, "The disk is full.");
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, "/ui/dead-letters");

        await Expect(Group(visit, type, "Camera … does not answer after … s.")).ToContainTextAsync("2 dead letters");
        await Expect(Group(visit, type, "The disk is full.")).ToContainTextAsync("1 dead letter ");
    }

    [Fact]
    public async Task Group_IsRequeuedOnceConfirmed()
    {
        var type = await fixture.NewTypeAsync("requeued");
        StoredJob[] jobs = [await StoredJob.FailedAsync(fixture, type, "Out of memory."), await StoredJob.FailedAsync(fixture, type, "Out of memory.")];
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/dead-letters");
        var group = Group(visit, type, "Out of memory.");

        await group.GetByRole(AriaRole.Button, new() { Name = "Requeue 2" }).ClickAsync();
        await visit.Button("Keep it as it is").ClickAsync();
        await Expect(group).ToBeVisibleAsync();
        Assert.Equal(JobState.Failed, (await fixture.Client.GetJobStatusAsync(jobs[0].Id, Cancel)).Status);

        await group.GetByRole(AriaRole.Button, new() { Name = "Requeue 2" }).ClickAsync();
        await visit.Button("Requeue").ClickAsync();
        await Expect(visit.Page.GetByText("Queued again: 2.")).ToBeVisibleAsync();
        await Expect(group).ToBeHiddenAsync();
        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Queued, (await fixture.Client.GetJobStatusAsync(job.Id, Cancel)).Status);
        }
    }

    [Fact]
    public async Task Group_IsDiscardedByKeyboard()
    {
        var type = await fixture.NewTypeAsync("discarded");
        var job = await StoredJob.FailedAsync(fixture, type, "Nobody needs this.");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/dead-letters");

        await Group(visit, type, "Nobody needs this.").GetByRole(AriaRole.Button, new() { Name = "Discard 1" }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByText("Discard 1 dead letter?")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Button("Discard")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page.GetByText("Discarded: 1.")).ToBeVisibleAsync();
        Assert.False((await fixture.Client.InspectJobAsync(job.Id, Cancel)).IsDeadLetter);
    }

    [Fact]
    public async Task Question_LeftByKeyboard_GivesTheFocusBack()
    {
        var type = await fixture.NewTypeAsync("kept");
        await StoredJob.FailedAsync(fixture, type, "Maybe somebody needs this.");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/dead-letters");
        var discard = Group(visit, type, "Maybe somebody needs this.").GetByRole(AriaRole.Button, new() { Name = "Discard 1" });

        await discard.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByText("Discard 1 dead letter?")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("Escape");

        await Expect(visit.Page.GetByText("Discard 1 dead letter?")).ToBeHiddenAsync();
        await Expect(discard).ToBeFocusedAsync();
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Submitter_SeesTheLettersWithoutActions()
    {
        var type = await fixture.NewTypeAsync("watched");
        await StoredJob.FailedAsync(fixture, type, "Look, do not touch.");
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Submitter)).Key, "/ui/dead-letters");

        await Expect(Group(visit, type, "Look, do not touch.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("main").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("Job 0199d3f2-6f0b-7c35-a2f1-5d3f0b8e1c47 timed out after 00:05:00", "Job … timed out after …")]
    [InlineData("first\nsecond", "first")]
    [InlineData("sha 9f86d081884c7d659a2feaa0c55ad015 differs", "sha … differs")]
    [InlineData("", "no reason was given")]
    [InlineData(null, "no reason was given")]
    public void Reason_LeavesOutWhatTellsJobsApart(string? error, string reason) => Assert.Equal(reason, FailureGroup.ReasonOf(error));

    private static ILocator Group(Visit visit, JobType type, string reason) =>
        visit.Page.GetByRole(AriaRole.Article, new() { Name = $"{type}: {reason}" });
}
