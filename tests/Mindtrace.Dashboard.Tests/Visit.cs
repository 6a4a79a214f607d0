using Microsoft.Playwright;
using Mindtrace.Jobs;

namespace Mindtrace.Dashboard.Tests;

/// <summary>Somebody before a browser, with cookies of their own.</summary>
internal sealed class Visit : IAsyncDisposable
{
    /// <summary>How long to wait for what must come: to fail by, never to pace by.</summary>
    public const int PatienceMilliseconds = 30_000;

    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private Visit(IBrowserContext context, IPage page, Uri url)
    {
        (_context, Page, Url) = (context, page, url);
        page.PageError += (_, fault) => _faults.Add(fault);
        page.Console += (_, message) => NoteFault(message);
        page.RequestFinished += (_, request) => Note(request);
        page.RequestFailed += (_, request) => Note(request);
    }

    public IPage Page { get; }

    private Uri Url { get; }

    /// <summary>Gets what was loaded from elsewhere, and what scripts threw.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public static async Task<Visit> StartAsync(DashboardFixture fixture, ColorScheme theme = ColorScheme.Light, int width = 1440, int height = 900)
    {
        var context = await fixture.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = fixture.Url.AbsoluteUri,
            ColorScheme = theme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        return new Visit(context, await context.NewPageAsync(), fixture.Url);
    }

    /// <summary>Starts a visit of somebody who signs in.</summary>
    public static async Task<Visit> SignedInAsync(
        DashboardFixture fixture, string key, string path = "/", ColorScheme theme = ColorScheme.Light, int width = 1440, int height = 900)
    {
        var visit = await StartAsync(fixture, theme, width, height);
        await visit.Page.GotoAsync(path);
        await visit.SignInAsync(key);
        return visit;
    }

    public async Task SignInAsync(string key)
    {
        await Page.GetByLabel("API key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Goes to a page, and waits for its heading.</summary>
    public async Task GoAsync(string path, string heading)
    {
        await Page.GotoAsync(path);
        await HasHeadingAsync(heading);
    }

    public Task GoAsync(JobId job) => GoAsync($"/ui/jobs/{job}", job.Value);

    public Task HasHeadingAsync(string heading) =>
        Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    // What the policies of the page forbid shows up there as well.
    private void NoteFault(IConsoleMessage message)
    {
        if (message.Type == "error")
        {
            _faults.Add(message.Text);
        }
    }

    private void Note(IRequest request)
    {
        if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != Url.Authority)
        {
            _faults.Add($"asked for {url}");
        }
    }
}
