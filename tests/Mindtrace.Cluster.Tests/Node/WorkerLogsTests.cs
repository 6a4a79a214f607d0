using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>What workers write, read from their node.</summary>
public sealed class WorkerLogsTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WorkerLogs_TailAndFollow()
    {
        var type = ClusterFixture.NewType("logs");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19750-19750");
        var worker = await node.LaunchReadyAsync(type.Type.Value, name: "writer");
        using var http = new HttpClient { BaseAddress = node.Url };
        using (var keyless = await http.GetAsync(new Uri($"worker_logs?worker_id={worker.WorkerId}", UriKind.Relative), Cancel))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, keyless.StatusCode);
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        await using var stream = await http.GetStreamAsync(new Uri($"worker_logs?worker_id={worker.WorkerId}&lines=0", UriKind.Relative), Cancel);
        var following = ReadAsync(stream);
        await node.Service.CallAsync(NodeOperations.ShutdownWorker, new WorkerNameRequest("writer"), Cancel).InTime();
        var events = await following.InTime();

        Assert.Equal(("worker", worker.WorkerId), (events[0].EventType, events[0].Data));
        Assert.Equal("end", events[^1].EventType);
        Assert.Contains(events, e => e.EventType == "line" && e.Data.Contains("Application is shutting down", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Data.Contains("Now listening on", StringComparison.Ordinal));

        WorkerLogsRequest[] requests = [new() { WorkerId = worker.WorkerId }, new() { WorkerName = "writer" }, new() { LaunchId = worker.LaunchId }];
        foreach (var request in requests)
        {
            var logs = await node.Service.CallAsync(NodeOperations.WorkerLogs, request, Cancel);
            Assert.Equal(worker.WorkerId, logs.WorkerId);
            Assert.Contains(logs.Lines, line => line.Contains("Now listening on: http://127.0.0.1:19750", StringComparison.Ordinal));
            var last = await node.Service.CallAsync(NodeOperations.WorkerLogs, request with { Lines = 2 }, Cancel);
            Assert.Equal(logs.Lines.TakeLast(2), last.Lines);
        }
    }

    [Fact]
    public async Task WorkerLogs_NodeStopsWhileTheyAreFollowed_EndsTheStreamAndIsNotHeldUp()
    {
        var type = ClusterFixture.NewType("followed");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        var node = NodeProgram.Start(fixture.Manager, "19752-19752");
        var worker = await node.LaunchReadyAsync(type.Type.Value);
        using var http = new HttpClient { BaseAddress = node.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        await using var stream = await http.GetStreamAsync(new Uri($"worker_logs?launch_id={worker.LaunchId}", UriKind.Relative), Cancel);
        var following = ReadAsync(stream);

        await node.DisposeAsync().InTime();

        var events = await following.InTime();
        Assert.Equal(("worker", worker.WorkerId), (events[0].EventType, events[0].Data));
        Assert.Contains(events, e => e.EventType == "line" && e.Data.Contains("Now listening on", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.EventType == "end");
    }

    [Fact]
    public async Task WorkerLogs_NoSuchWorker_SaysSo()
    {
        await using var node = NodeProgram.Start(fixture.Manager, "19751-19751");

        var unknown = await Assert.ThrowsAsync<OperationException>(() =>
            node.Service.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerName = "nobody" }, Cancel));
        var unnamed = await Assert.ThrowsAsync<OperationException>(() => node.Service.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest(), Cancel));
        var negative = await Assert.ThrowsAsync<OperationException>(() =>
            node.Service.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerName = "nobody", Lines = -1 }, Cancel));
        using var http = new HttpClient { BaseAddress = node.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        using var followed = await http.GetAsync(new Uri("worker_logs?worker_name=nobody", UriKind.Relative), Cancel);
        using var negativelyFollowed = await http.GetAsync(new Uri("worker_logs?worker_name=nobody&lines=-1", UriKind.Relative), Cancel);
        var document = await http.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), Cancel);

        Assert.Equal((404, "urn:mindtrace:problem:worker-not-found"), (unknown.Status, unknown.ProblemType));
        Assert.Equal((422, "worker_id"), (unnamed.Status, Assert.Single(unnamed.Errors).Key));
        Assert.Equal((422, "lines"), (negative.Status, Assert.Single(negative.Errors).Key));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity), (followed.StatusCode, negativelyFollowed.StatusCode));
        Assert.Contains("follow_worker_logs", document, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<SseItem<string>>> ReadAsync(Stream stream)
    {
        List<SseItem<string>> events = [];
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancel))
        {
            events.Add(item);
        }

        return events;
    }
}
