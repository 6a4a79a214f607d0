using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>What becomes of a job by what its endpoint answers.</summary>
public sealed class EndpointReplyTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Theory]
    [InlineData("no JSON")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"output":"\ud800"}""")]
    public Task EndpointReply_NotJson_IsCompletedEmpty(string reply) => AssertCompletedAsync(reply, "{}");

    [Fact]
    public Task EndpointReply_WithoutFields_IsCompletedEmpty() => AssertCompletedAsync("{}", "{}");

    [Fact]
    public Task EndpointReply_NullFields_IsCompletedEmpty() => AssertCompletedAsync("""{"status":null,"output":null}""", "{}");

    [Theory]
    [InlineData("""{"output":[1.50,"é"]}""", """[1.50,"é"]""")]
    [InlineData("""{"status":"completed","output":{"a":12345678901234567890}}""", """{"a":12345678901234567890}""")]
    public Task EndpointReply_Completed_KeepsItsOutput(string reply, string output) => AssertCompletedAsync(reply, output);

    // The original stores running and leaves the job so for ever, for nobody calls again. Here it is an error that somebody sees.
    [Fact]
    public Task EndpointReply_StatusRunningNoOutput_IsRunningEmpty() =>
        AssertNoOutcomeAsync("""{"status":"running"}""", "The endpoint said running, which is no outcome.");

    [Theory]
    [InlineData("""{"status":"running","output":{}}""", "The endpoint said running, which is no outcome.")]
    [InlineData("""{"status":"queued"}""", "The endpoint said queued, which is no outcome.")]
    [InlineData("""{"status":"splendid"}""", "The endpoint said splendid, which is no outcome.")]
    [InlineData("""{"status":1}""", "The endpoint said 1, which is no outcome.")]
    public Task EndpointReply_StatusIsNoOutcome_IsAnErrorAndSaysWhy(string reply, string reason) => AssertNoOutcomeAsync(reply, reason);

    [Theory]
    [InlineData("""{"status":"failed","output":{"n":1}}""", JobState.Failed, "The endpoint said failed.")]
    [InlineData("""{"status":"failed","output":{"n":1},"error":"No such camera."}""", JobState.Failed, "No such camera.")]
    [InlineData("""{"status":"error","output":{"n":1}}""", JobState.Error, "The endpoint said error.")]
    public async Task EndpointReply_Failed_LandsInDlqWithItsOutput(string reply, JobState state, string reason)
    {
        var status = await SubmitAsync(context => context.Response.WriteAsync(reply, Cancel));

        Assert.Equal((state, reason, """{"n":1}"""), (status.Status, status.Job.Error, status.Output.GetRawText()));
        Assert.Equal("""{"n":1}""", (await Cluster.AssertDeadLetterAsync(status)).Output.GetRawText());
    }

    [Theory]
    [InlineData(500, "it broke", "The endpoint answered 500: it broke")]
    [InlineData(404, "", "The endpoint answered 404: ")]
    [InlineData(202, """{"status":"completed"}""", """The endpoint answered 202: {"status":"completed"}""")]
    public async Task EndpointReply_Non200_IsAnErrorWithItsText(int code, string text, string reason)
    {
        var status = await SubmitAsync(async context =>
        {
            context.Response.StatusCode = code;
            await context.Response.WriteAsync(text, Cancel);
        });

        Assert.Equal((JobState.Error, reason), (status.Status, status.Job.Error));
        await Cluster.AssertDeadLetterAsync(status);
    }

    [Fact]
    public async Task EndpointReply_Non200WithLongText_KeepsTheBeginning()
    {
        var status = await SubmitAsync(async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync(new string('x', 5000), Cancel);
        });

        Assert.Equal($"The endpoint answered 500: {new string('x', 1000)}…", status.Job.Error);
    }

    [Fact]
    public async Task Endpoint_ConnectionIsCutInTheMiddleOfTheReply_IsAnError()
    {
        var status = await SubmitAsync(async context =>
        {
            await context.Response.WriteAsync("""{"status":"comp""", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            context.Abort();
        });

        Assert.Equal(JobState.Error, status.Status);
        Assert.Contains("gave no answer", status.Job.Error, StringComparison.Ordinal);
    }

    private async Task AssertCompletedAsync(string reply, string output)
    {
        var status = await SubmitAsync(context => context.Response.WriteAsync(reply, Cancel));

        Assert.Equal(JobState.Completed, status.Status);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(output), status.Output), status.Output.GetRawText());
    }

    private async Task AssertNoOutcomeAsync(string reply, string reason)
    {
        var status = await SubmitAsync(context => context.Response.WriteAsync(reply, Cancel));

        Assert.Equal((JobState.Error, reason, "{}"), (status.Status, status.Job.Error, status.Output.GetRawText()));
        await Cluster.AssertDeadLetterAsync(status);
    }

    /// <summary>Submits a job of a type of its own to an app that answers so.</summary>
    private async Task<JobStatus> SubmitAsync(RequestDelegate answer)
    {
        await using var app = await TestApp.StartAsync(Cluster, answer);
        var type = await app.RouteAsync(Cluster);
        return await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel).InTime();
    }
}
