using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mindtrace.Services.Tests;

public sealed class ServiceOperationsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private SampleService _service = null!;

    private ServiceIdentity Identity => _service.App.Services.GetRequiredService<ServiceIdentity>();

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Status_IsAvailable() => await AssertAnswer("status", """{"status":"Available"}""");

    [Fact]
    public async Task Heartbeat_NamesTheProcess() => await AssertAnswer("heartbeat", $$$"""
        {"heartbeat":{"status":"Available","server_id":"{{{Identity.ServerId}}}","message":"Heartbeat check successful.","details":null}}
        """);

    [Fact]
    public async Task ServerId_IsAUuid() => await AssertAnswer("server_id", $$"""{"server_id":"{{Identity.ServerId:D}}"}""");

    [Fact]
    public async Task ClassName_IsTheOneGiven() => await AssertAnswer("class_name", """{"class_name":"OrderDesk"}""");

    [Fact]
    public async Task Endpoints_ListsTheBaseOnesThenOwnOnesInOrder() => await AssertAnswer("endpoints", """
        {"endpoints":["endpoints","status","heartbeat","server_id","class_name","pid_file","shutdown","place_order","book_room","count_orders","clear_orders","find_orders","fail"]}
        """);

    [Fact]
    public async Task PidFile_HoldsTheProcessIdWhileTheServiceRuns()
    {
        var path = Path.Combine(Path.GetTempPath(), $"OrderDesk_{Identity.ServerId}_pid.txt");
        await AssertAnswer("pid_file", $$"""{"pid_file":"{{path}}"}""");
        Assert.Equal($"{Environment.ProcessId}", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

        await _service.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("not json at all", "text/plain")]
    [InlineData("[1]", "application/json")]
    public async Task OperationWithoutInput_IgnoresTheBody(string body, string? contentType)
    {
        var answer = await _service.PostAsync("status", body, contentType);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task Shutdown_AnswersThenStops()
    {
        var stopped = new TaskCompletionSource();
        using var registration = _service.App.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping.Register(stopped.SetResult);

        var answer = await _service.PostAsync("shutdown", null);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Server shutting down...", answer.Body);
        Assert.Null(answer.ContentType);
        await stopped.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private async Task AssertAnswer(string operation, string json)
    {
        var answer = await _service.PostAsync(operation, null);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(json.Trim(), answer.Body);
    }
}
