using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

public sealed class OverviewTests(DashboardFixture fixture)
{
    [Fact]
    public async Task Overview_JobsMove_ShowsItWithoutReload()
    {
        var type = await fixture.NewTypeAsync("overview");
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);
        var row = visit.Page.GetByRole(AriaRole.Row, new() { Name = type.Value });
        await Expect(Cell(row, "Waiting")).ToHaveTextAsync("0");
        await visit.Page.EvaluateAsync("window.isFirstLoad = true");

        var job = await StoredJob.SubmitAsync(fixture, type);
        await Expect(Cell(row, "Waiting")).ToHaveTextAsync("1");
        await Expect(Cell(row, "Oldest")).ToContainTextAsync("ago");
        await job.ClaimAsync();
        await Expect(Cell(row, "Running")).ToHaveTextAsync("1");
        await job.CompleteAsync();
        await Expect(Cell(row, "Completed")).ToHaveTextAsync("1");
        await Expect(Cell(row, "Waiting")).ToHaveTextAsync("0");

        await Expect(visit.Page.Locator(".plot-bar.completed")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("^M"));
        Assert.True(await visit.Page.EvaluateAsync<bool>("window.isFirstLoad"));
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Tile_LeadsToTheJobsThatItCounts()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "running" }).ClickAsync();

        await visit.HasHeadingAsync("Jobs");
        await Expect(visit.Page.GetByLabel("Status")).ToHaveValueAsync("running");
    }

    [Fact]
    public async Task Navigation_ByKeyboard_ReachesEachPage()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);
        foreach (var (link, heading) in new[]
        {
            ("Jobs", "Jobs"), ("Dead letters", "Dead letters"), ("Workers", "Workers"), ("Worker types", "Worker types"),
            ("Job types", "Job types"), ("Schedules", "Schedules"), ("Overview", "Overview"),
        })
        {
            var target = visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages", Exact = true })
                .GetByRole(AriaRole.Link, new() { Name = link, Exact = true });
            await target.FocusAsync();
            await visit.Page.Keyboard.PressAsync("Enter");
            await visit.HasHeadingAsync(heading);
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        }

        Assert.Empty(visit.Faults);
    }

    private static ILocator Cell(ILocator row, string label) => row.Locator($"td[data-label='{label}']");
}
