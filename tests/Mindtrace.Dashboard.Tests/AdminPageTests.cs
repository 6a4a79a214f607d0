using Microsoft.Playwright;
using Mindtrace.Services;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

/// <summary>What administrators alone see: keys, and who changed what.</summary>
public sealed class AdminPageTests(DashboardFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_IsMadeShownOnceAndRevoked_AndTheAuditLogTellsOfIt()
    {
        var name = $"made-{Guid.NewGuid().ToString("N")[..8]}";
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey, "/ui/keys");
        await visit.Page.GetByLabel("Name").FillAsync(name);
        await visit.Page.GetByLabel("Role").SelectOptionAsync("viewer");

        await visit.Button("Make a key").ClickAsync();
        var key = await visit.Page.GetByLabel("Key", new() { Exact = true }).InnerTextAsync();

        await using var holder = await Visit.SignedInAsync(fixture, key);
        await holder.HasHeadingAsync("Overview");

        await visit.Button($"Revoke {name}").ClickAsync();
        await visit.Button("Revoke").ClickAsync();
        await Expect(visit.Page.GetByText($"{name} is revoked.")).ToBeVisibleAsync();
        Assert.DoesNotContain(await fixture.Client.ListKeysAsync(Cancel), known => known.Name.Value == name);

        await visit.GoAsync("/ui/audit", "Audit log");
        await visit.Page.GetByLabel("About").FillAsync(name);
        await visit.Page.GetByLabel("About").PressAsync("Enter");
        await Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator("tbody tr").First).ToContainTextAsync("revoke_key");
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Operator_IsNotShownTheWayThere_AndSeesNothingOfIt()
    {
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Operator)).Key, "/ui/keys");

        await Expect(visit.Page.GetByText("lacks the role admin")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Keys" })).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Audit log" })).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("main").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Reference_IsShownToWhoIsSignedIn_AndLoadsNothingFromElsewhere()
    {
        await using var visit = await Visit.SignedInAsync(fixture, (await fixture.NewKeyAsync(Role.Viewer)).Key);
        await visit.HasHeadingAsync("Overview");

        await visit.Page.GotoAsync("/ui/api");

        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "/submit_job HTTP Method: POST" })).ToBeVisibleAsync();
        Assert.Empty(visit.Faults);

        await using var stranger = await Visit.StartAsync(fixture);
        await stranger.Page.GotoAsync("/ui/api");
        Assert.Contains("/ui/login", stranger.Page.Url, StringComparison.Ordinal);
    }
}
