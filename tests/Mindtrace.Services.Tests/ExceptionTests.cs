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

    [Theory]
    [InlineData("refused", SampleService.Key, 409, "order-refused")]
    [InlineData("closed", SampleService.Key, 503, "warehouse-closed")]
    [InlineData("?", SampleService.Key, 502, "downstream-failed")]
    [InlineData("refused", "another-key-0123456789", 502, "downstream-failed")]
    public async Task AnswerOfAnotherService_PassesUnlessTheCallerHasNoPartInIt(string kind, string key, int status, string slug)
    {
        using var http = new HttpClient();
        await using var relay = await RelayAsync(new ServiceClient(http, fixture.Service.Address, key));

        var answer = await relay.PostAsync("relay", $$"""{"kind":"{{kind}}"}""");

        answer.AssertProblem(status, slug);
    }

    [Fact]
    public async Task OtherServiceUnreachable_Is503()
    {
        var gone = await SampleService.StartAsync();
        await gone.DisposeAsync();
        using var http = new HttpClient();
        await using var relay = await RelayAsync(new ServiceClient(http, gone.Address));

        var answer = await relay.PostAsync("relay", """{"kind":"refused"}""");

        var problem = answer.AssertProblem(503, "service-unreachable");
        Assert.Contains($"{gone.Address}", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task ResponseThatCannotBeWritten_IsACleanProblem()
    {
        var operation = new Operation<Unit, Dictionary<string, Urgency>>("rate", Role.Viewer);
        await using var service = await SampleService.StartAsync(map: operations => operations.Map(operation, _ =>
            Task.FromResult(new Dictionary<string, Urgency> { ["a"] = Urgency.Urgent, ["b"] = (Urgency)7 })));

        var answer = await service.PostAsync("rate", null);

        answer.AssertProblem(500, "internal-error");
    }

    private static Task<SampleService> RelayAsync(ServiceClient other) => SampleService.StartAsync(map: operations =>
        operations.Map(
            new Operation<FaultRequest, Unit>("relay", Role.Operator),
            (FaultRequest request, CancellationToken cancellationToken) =>
                other.CallAsync(SampleOperations.Fail, request, cancellationToken)));

    private Task<Answer> FailAsync(string kind) => fixture.Service.PostAsync("fail", $$"""{"kind":"{{kind}}"}""");
}
