using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

/// <summary>Each page in both themes and on a phone.</summary>
public sealed class AccessibilityTests(DashboardFixture fixture)
{
    private const int TabletWidth = 1024;
    private const int PhoneWidth = 390;
    private const string Reason = "It broke, and what there is to say about that is longer than any column has room for.";

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, TabletWidth)]
    [InlineData(ColorScheme.Light, PhoneWidth)]
    [InlineData(ColorScheme.Dark, PhoneWidth)]
    public async Task Pages_HaveNoSeriousViolation_AndFitTheirWindow(ColorScheme theme, int width)
    {
        var type = await fixture.NewTypeAsync("seen");
        var (failed, done) = (await StoredJob.FailedAsync(fixture, type, Reason), await StoredJob.SubmitAsync(fixture, type));
        await done.ClaimAsync();
        await done.PrintAsync(1, "a line");
        await done.CompleteAsync();
        await using var visit = await Visit.StartAsync(fixture, theme, width);
        await visit.Page.GotoAsync("/");
        await CheckAsync(visit, "the login");
        await visit.SignInAsync(fixture.ApiKey);

        await Expect(visit.Page.Locator(".plot")).ToHaveCountAsync(4);
        await CheckAsync(visit, "the overview");
        foreach (var page in await visit.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link).AllAsync())
        {
            await Expect(page).ToBeInViewportAsync(new() { Ratio = 1 });
        }

        foreach (var path in new[] { $"/ui/jobs?type={type}", "/ui/dead-letters", "/ui/workers", "/ui/worker-types", "/ui/job-types", "/ui/schedules", "/ui/keys", "/ui/audit" })
        {
            await visit.Page.GotoAsync(path);
            await Expect(visit.Page.Locator(".table:visible, .empty:visible, .group:visible").First).ToBeVisibleAsync();
            await CheckAsync(visit, path);
        }

        foreach (var (id, label) in new[] { (failed.Id, "Error"), (done.Id, "Log") })
        {
            await visit.GoAsync(id);
            await Expect(visit.Page.GetByLabel(label, new() { Exact = true })).ToBeVisibleAsync();
            await CheckAsync(visit, $"the job with its {label}");
        }

        await visit.Button("Replay").ClickAsync();
        await Expect(visit.Page.GetByText("Submitted again")).ToBeVisibleAsync();
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Question_HasNoSeriousViolation()
    {
        var failed = await StoredJob.FailedAsync(fixture, await fixture.NewTypeAsync("asked"), "It broke.");
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, $"/ui/jobs/{failed.Id}");

        await visit.Button("Discard").ClickAsync();

        await Expect(visit.Page.GetByText("Discard this dead letter?")).ToBeVisibleAsync();
        await CheckAsync(visit, "the question");
    }

    [Fact]
    public async Task Theme_IsChosen_StaysChosen()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);
        await visit.HasHeadingAsync("Overview");

        await visit.Page.GetByLabel("Theme").SelectOptionAsync("Dark");
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await visit.GoAsync("/ui/jobs", "Jobs");

        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(visit.Page.GetByLabel("Theme")).ToHaveValueAsync("Dark");
    }

    private static async Task CheckAsync(Visit visit, string what)
    {
        var found = await visit.Page.RunAxe();
        var serious = found.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, $"{what}: {string.Join('\n', serious.Select(Describe))}");
        var overhang = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overhang <= 0, $"{what} is {overhang} pixels wider than its window");
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id} ({violation.Help}): {string.Join(", ", violation.Nodes.Select(node => $"{node.Target} {node.Html}"))}";
}
