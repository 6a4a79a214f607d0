using System.Net;
using Microsoft.Playwright;
using Mindtrace.Services;
using static Microsoft.Playwright.Assertions;

namespace Mindtrace.Dashboard.Tests;

public sealed class LoginTests(DashboardFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Visitor_WithoutSession_SignsInAndComesWhereTheyWanted()
    {
        await using var visit = await Visit.StartAsync(fixture);
        await visit.Page.GotoAsync("/ui/jobs?state=failed");
        await Expect(visit.Page).ToHaveTitleAsync("Sign in · Mindtrace");

        await visit.SignInAsync(fixture.ApiKey);

        await visit.HasHeadingAsync("Jobs");
        await Expect(visit.Page.GetByLabel("Status")).ToHaveValueAsync("failed");
        Assert.Empty(visit.Faults);
    }

    [Fact]
    public async Task Login_KeyIsWrong_SaysSoAndLetsNobodyIn()
    {
        await using var visit = await Visit.StartAsync(fixture);
        await visit.Page.GotoAsync("/");

        await visit.SignInAsync("no-such-key-at-all");

        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not valid");
        await visit.Page.GotoAsync("/");
        await Expect(visit.Page).ToHaveTitleAsync("Sign in · Mindtrace");
    }

    [Fact]
    public async Task Login_KeyMayNotRead_IsRefused()
    {
        await using var visit = await Visit.StartAsync(fixture);
        await visit.Page.GotoAsync("/");

        await visit.SignInAsync((await fixture.NewKeyAsync(Role.Node)).Key);

        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("may not read");
    }

    [Theory]
    [InlineData("//example.org/")]
    [InlineData("/\\example.org/")]
    [InlineData("https://example.org/")]
    public async Task Login_LedToByAnotherSite_StaysHere(string target)
    {
        await using var visit = await Visit.StartAsync(fixture);
        await visit.Page.GotoAsync($"/ui/login?return={Uri.EscapeDataString(target)}");

        await visit.SignInAsync(fixture.ApiKey);

        await visit.HasHeadingAsync("Overview");
        Assert.Equal(fixture.Url.Authority, new Uri(visit.Page.Url).Authority);
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);
        await visit.HasHeadingAsync("Overview");

        await visit.Button("Sign out").ClickAsync();

        await Expect(visit.Page).ToHaveTitleAsync("Sign in · Mindtrace");
        await visit.Page.GotoAsync("/ui/jobs");
        await Expect(visit.Page).ToHaveTitleAsync("Sign in · Mindtrace");
    }

    [Fact]
    public async Task Key_IsRevoked_OpenPageGoesToTheLogin()
    {
        var (name, key) = await fixture.NewKeyAsync(Role.Viewer);
        await using var visit = await Visit.SignedInAsync(fixture, key);
        await visit.HasHeadingAsync("Overview");

        await fixture.Client.RevokeKeyAsync(name, Cancel);

        await Expect(visit.Page).ToHaveTitleAsync("Sign in · Mindtrace");
    }

    [Fact]
    public async Task Cookie_IsKeptFromScriptsAndOtherSites_AndHoldsNoKey()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);
        await visit.HasHeadingAsync("Overview");

        var cookie = Assert.Single(await visit.Page.Context.CookiesAsync(), it => it.Name == "mindtrace-session");

        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
        Assert.DoesNotContain(fixture.ApiKey, cookie.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_OpensNoOperation()
    {
        await using var visit = await Visit.SignedInAsync(fixture, fixture.ApiKey);
        await visit.HasHeadingAsync("Overview");

        var answer = await visit.Page.APIRequest.PostAsync("/list_jobs", new() { DataObject = new { } });

        Assert.Equal((int)HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task Login_FormWithoutItsToken_IsRefused()
    {
        using var http = new HttpClient { BaseAddress = fixture.Url };
        using var form = new FormUrlEncodedContent([new("_handler", "login"), new("Key", fixture.ApiKey)]);

        using var answer = await http.PostAsync(new Uri("/ui/login", UriKind.Relative), form, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }
}
