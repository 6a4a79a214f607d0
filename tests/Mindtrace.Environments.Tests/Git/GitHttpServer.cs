using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Mindtrace.TestServers;

namespace Mindtrace.Environments.Tests.Git;

/// <summary>Serves the repositories of a folder over http, by git's own backend.</summary>
internal sealed class GitHttpServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private readonly Task _serving;

    public GitHttpServer(string folder)
    {
        _folder = folder;
        Url = new Uri($"http://localhost:{LoopbackPort.FindFree()}/");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Gets the requests so far, as <c>GET /path?query</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Gets the credentials that were shown so far.</summary>
    public ConcurrentQueue<string> Credentials { get; } = [];

    /// <summary>Gets or sets the password without which nothing is served.</summary>
    public string? Password { get; set; }

    /// <summary>Gets or sets what answers wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Gets what is done once a request has come.</summary>
    public TaskCompletionSource Asked { get; } = new();

    public Uri UrlOf(string repository) => new(Url, repository);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                answers.Add(AnswerAsync(context));
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var request = context.Request;
        Requests.Enqueue($"{request.HttpMethod} {request.Url!.PathAndQuery}");
        Asked.TrySetResult();
        await Gate;
        if (Password is not null && !IsAuthorized(request))
        {
            context.Response.StatusCode = 401;
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"test\"");
        }
        else
        {
            await RunBackendAsync(context);
        }

        context.Response.Close();
    }

    private bool IsAuthorized(HttpListenerRequest request)
    {
        if (request.Headers["Authorization"] is not { } header)
        {
            return false;
        }

        var credentials = Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..]));
        Credentials.Enqueue(credentials);
        return credentials.EndsWith(":" + Password, StringComparison.Ordinal);
    }

    /// <summary>Speaks the protocol of RFC 3875 with the backend.</summary>
    private async Task RunBackendAsync(HttpListenerContext context)
    {
        var start = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["GIT_PROJECT_ROOT"] = _folder;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["PATH_INFO"] = context.Request.Url!.AbsolutePath;
        start.Environment["QUERY_STRING"] = context.Request.Url.Query.TrimStart('?');
        start.Environment["REQUEST_METHOD"] = context.Request.HttpMethod;
        start.Environment["CONTENT_TYPE"] = context.Request.ContentType;
        using var backend = Process.Start(start)!;
        await context.Request.InputStream.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        using var answer = new MemoryStream();
        await backend.StandardOutput.BaseStream.CopyToAsync(answer);
        await backend.WaitForExitAsync();
        var bytes = answer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var header in Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n").Select(line => line.Split(": ", 2)))
        {
            if (header[0] == "Status")
            {
                context.Response.StatusCode = int.Parse(header[1].Split(' ')[0], CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.Headers[header[0]] = header[1];
            }
        }

        await context.Response.OutputStream.WriteAsync(bytes.AsMemory(end + 4));
    }
}
