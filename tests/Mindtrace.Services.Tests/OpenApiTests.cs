using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Services.Tests;

public sealed class OpenApiTests(ServiceFixture fixture)
{
    [Fact]
    public async Task Document_HoldsEveryOperationUnderItsName()
    {
        var document = await DocumentAsync();

        var listed = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("post", out _))
            .Select(path => (path.Name, path.Value.GetProperty("post").GetProperty("operationId").GetString()!));
        var mapped = fixture.Service.App.Services.GetRequiredService<OperationCatalog>().Operations
            .Select(operation => ("/" + operation.Name, operation.Name));
        Assert.Equal(mapped, listed);
    }

    [Fact]
    public async Task Operation_TellsDescriptionBodiesAndProblems()
    {
        var document = await DocumentAsync();

        var operation = document.GetProperty("paths").GetProperty("/place_order").GetProperty("post");

        Assert.Equal("Places an order.", operation.GetProperty("description").GetString());
        Assert.True(operation.GetProperty("requestBody").GetProperty("required").GetBoolean());
        AssertReference("Order", operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json"));
        var responses = operation.GetProperty("responses");
        Assert.Equal(
            ["200", "400", "401", "403", "413", "415", "422", "429", "500", "503"],
            responses.EnumerateObject().Select(response => response.Name).Order());
        AssertReference("Order", responses.GetProperty("200").GetProperty("content").GetProperty("application/json"));
        AssertReference("Problem", responses.GetProperty("422").GetProperty("content").GetProperty("application/problem+json"));
    }

    [Fact]
    public async Task Operation_WithAnExample_ShowsItWithoutWhatItLeavesOut()
    {
        var document = await DocumentAsync();

        var content = document.GetProperty("paths").GetProperty("/find_orders").GetProperty("post").GetProperty("requestBody").GetProperty("content");

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"limit":5}"""), content.GetProperty("application/json").GetProperty("example")));
    }

    [Fact]
    public async Task Answer_HasAnExample_OfWhatTheRequestsTell()
    {
        var document = await DocumentAsync();

        var answer = document.GetProperty("paths").GetProperty("/find_orders").GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content");

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"text":null,"limit":5}"""), answer.GetProperty("application/json").GetProperty("example")));
    }

    [Fact]
    public async Task Schema_IsSnakeCaseAndKnowsWhatIsRequired()
    {
        var document = await DocumentAsync();

        var schemas = document.GetProperty("components").GetProperty("schemas");

        var order = schemas.GetProperty("Order");
        Assert.Equal(["order_id", "customer"], order.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.True(order.GetProperty("properties").TryGetProperty("due_at", out _));
        Assert.Equal(
            ["not_urgent", "urgent"],
            schemas.GetProperty("Urgency").GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public async Task OperationWithoutInputAndOutput_HasNoBodyAndAnswersNull()
    {
        var document = await DocumentAsync();

        var operation = document.GetProperty("paths").GetProperty("/clear_orders").GetProperty("post");

        Assert.False(operation.TryGetProperty("requestBody", out _));
        Assert.Equal(
            ["200", "401", "403", "429", "500", "503"],
            operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order());
        var schema = operation.GetProperty("responses").GetProperty("200").GetProperty("content")
            .GetProperty("application/json").GetProperty("schema");
        Assert.Equal("null", Resolve(document, schema).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Document_RequiresTheKey()
    {
        var document = await DocumentAsync();

        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("ApiKey");
        Assert.Equal(("http", "bearer"), (scheme.GetProperty("type").GetString(), scheme.GetProperty("scheme").GetString()));
        Assert.True(Assert.Single(document.GetProperty("security").EnumerateArray()).TryGetProperty("ApiKey", out _));
    }

    private static void AssertReference(string schema, JsonElement content) =>
        Assert.Equal("#/components/schemas/" + schema, content.GetProperty("schema").GetProperty("$ref").GetString());

    private static JsonElement Resolve(JsonElement document, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference)
            ? document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])
            : schema;

    private async Task<JsonElement> DocumentAsync() => JsonElement.Parse(
        await fixture.Service.Http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken));
}
