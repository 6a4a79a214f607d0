using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Bodies pass the gateway as they come, both ways, and so do web sockets.</summary>
public sealed class StreamingTests(ClusterFixture fixture) : IDisposable
{
    private readonly HttpClient _client = fixture.Manager.PlainClient();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Answer_EventStream_ArrivesEventByEvent()
    {
        var next = new SemaphoreSlim(0);
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n", Cancel);
                await context.Response.Body.FlushAsync(Cancel);
                await next.WaitAsync(context.RequestAborted);
            }
        });

        using var answer = await _client.SendAsync(HttpMethod.Get, $"/{app.Name}/events");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        for (var i = 0; i < 3; i++)
        {
            // The app sends the next event only after this one has arrived.
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Cancel).InTime());
            Assert.Equal("", await reader.ReadLineAsync(Cancel).InTime());
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Cancel).InTime());
    }

    [Fact]
    public async Task Request_BodyIsSentPieceByPiece_ArrivesPieceByPiece()
    {
        var arrived = new SemaphoreSlim(0);
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            while (await reader.ReadLineAsync(Cancel) is { } line)
            {
                arrived.Release();
                await context.Response.WriteAsync(line, Cancel);
            }
        });
        var body = new PiecewiseContent(["one", "two", "three"], () => arrived.WaitAsync(Cancel).InTime());

        using var answer = await _client.SendAsync(HttpMethod.Post, $"/{app.Name}/lines", body);

        Assert.Equal("onetwothree", await answer.TextAsync());
    }

    [Fact]
    public async Task Request_BodyIsLargerThanTheManagersOwnLimits_ComesThrough()
    {
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            var counted = 0L;
            var buffer = new byte[81920];
            while (await context.Request.Body.ReadAsync(buffer, Cancel) is > 0 and var read)
            {
                counted += read;
            }

            await context.Response.WriteAsync($"{counted}", Cancel);
        });

        using var answer = await _client.SendAsync(HttpMethod.Put, $"/{app.Name}/file", new ByteArrayContent(new byte[40 << 20]));

        Assert.Equal($"{40 << 20}", await answer.TextAsync());
    }

    [Fact]
    public async Task WebSocket_MessagesGoBothWaysUntilItIsClosed()
    {
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            while (await socket.ReceiveAsync(buffer, Cancel) is { MessageType: WebSocketMessageType.Text } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, endOfMessage: true, Cancel);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Cancel);
        });
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Authorization", $"Bearer {ManagerProgram.ApiKey}");

        await client.ConnectAsync(new UriBuilder(fixture.Manager.Url) { Scheme = "ws", Path = $"/{app.Name}/socket" }.Uri, Cancel).InTime();
        foreach (var text in new[] { "hello", "again" })
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel).InTime();
            var buffer = new byte[100];
            var echo = await client.ReceiveAsync(buffer, Cancel).InTime();
            Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, echo.Count));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancel).InTime();
        Assert.Equal("bye", client.CloseStatusDescription);
    }

    /// <summary>A body of lines; each is sent when the one before has arrived.</summary>
    private sealed class PiecewiseContent(IReadOnlyList<string> lines, Func<Task> arrived) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var line in lines)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancel);
                await stream.FlushAsync(Cancel);
                await arrived();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
