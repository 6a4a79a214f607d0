using System.Net;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Services.Tests;

public sealed class ExceptionTests(ServiceFixture fixture)
{
    [Theory]
    [InlineData("refused", "the cellar is empty")]
    [InlineData("lost", "the order fell off the cart")]
    public async Task MappedException_AndItsDerivedOnes_AnswerTheirProblem(string kind, string detail)
    {
        var answer = await FailAsync(kind);

        Assert.Equal(detail, answer.AssertProblem(409, "order-refused").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task MappedOutage_TellsWhenToRetry_AndNoDetailUnlessAsked()
    {
        var answer = await FailAsync("closed");

        var problem = answer.AssertProblem(503, "warehouse-closed");
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        Assert.False(problem.TryGetProperty("detail", out _));
    }

    [Fact]
    public async Task FieldFoundWrongByAHandler_Is422() =>
        (await FailAsync("field")).AssertInvalid(("payload.images[0]", "must be a PNG"));

    [Fact]
    public async Task UnknownException_IsA500WithoutItsText_LoggedOnceAndTheServiceCarriesOn()
    {
        await using var service = await SampleService.StartAsync();

        var answer = await service.PostAsync("fail", """{"kind":"?"}""");

        answer.AssertProblem(500, "internal-error");
        Assert.DoesNotContain("hunter2", answer.Body);
        Assert.DoesNotContain("Exception", answer.Body);
        var entry = Assert.Single(service.Logs.Entries, entry => entry.Level >= LogLevel.Error);
        Assert.Contains("hunter2", entry.Exception?.Message);
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync("status", null)).Status);
    }

    private Task<Answer> FailAsync(string kind) => fixture.Service.PostAsync("fail", $$"""{"kind":"{{kind}}"}""");
}
