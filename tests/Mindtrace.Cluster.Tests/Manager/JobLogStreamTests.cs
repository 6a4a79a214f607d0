using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>The stream of a job's log, as a browser or curl asks for it.</summary>
public sealed class JobLogStreamTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("job_id=%20", HttpStatusCode.UnprocessableEntity)]
    [InlineData("job_id=unknown", HttpStatusCode.NotFound)]
    [InlineData("job_id=unknown&stream=stdin", HttpStatusCode.UnprocessableEntity)]
    [InlineData("job_id=unknown&stream=STDOUT", HttpStatusCode.UnprocessableEntity)]
    [InlineData("job_id=unknown&lines=-1", HttpStatusCode.UnprocessableEntity)]
    [InlineData("job_id=unknown&lines=10001", HttpStatusCode.UnprocessableEntity)]
    [InlineData("job_id=unknown&attempt=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("job_id=unknown&after=-1", HttpStatusCode.UnprocessableEntity)]
    public async Task Stream_BadQuery_IsRefusedBeforeItBegins(string query, HttpStatusCode expected)
    {
        using var http = Client();
        using var answer = await http.GetAsync(new Uri($"job_logs?{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal((expected, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Stream_WithoutKey_IsRefused()
    {
        using var http = new HttpClient { BaseAddress = fixture.Manager.Url };
        using var answer = await http.GetAsync(new Uri("job_logs?job_id=unknown", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Stream_AskedForAgain_GoesOnAfterTheLastLine()
    {
        var type = ClusterFixture.NewType("streamed");
        var code = PrintingWorker.Of((JobLogStream.Stdout, "one"), (JobLogStream.Stderr, "two"), (JobLogStream.Stdout, "three"));
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "print" }), Cancel);
        await fixture.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        using var http = Client();

        var whole = await ReadAsync(http, $"job_logs?job_id={job.JobId}");
        http.DefaultRequestHeaders.Add("Last-Event-ID", whole[1].EventId);
        var rest = await ReadAsync(http, $"job_logs?job_id={job.JobId}&stream=stdout");

        Assert.Equal(["job", "line", "line", "line", "end"], whole.Select(it => it.EventType));
        Assert.Equal(("1", "2", "3"), (whole[1].EventId, whole[2].EventId, whole[3].EventId));
        Assert.Contains("""
            "attempt":1,"stream":"stderr"
            """, whole[2].Data, StringComparison.Ordinal);
        Assert.Equal(["job", "line", "end"], rest.Select(it => it.EventType));
        Assert.EndsWith("""
            "line":"three"}
            """, rest[1].Data, StringComparison.Ordinal);
    }

    private static async Task<List<SseItem<string>>> ReadAsync(HttpClient http, string path)
    {
        await using var stream = await http.GetStreamAsync(new Uri(path, UriKind.Relative), Cancel);
        return await SseParser.Create(stream).EnumerateAsync(Cancel).ToListAsync(Cancel);
    }

    private HttpClient Client() => new()
    {
        BaseAddress = fixture.Manager.Url,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey) },
    };
}
