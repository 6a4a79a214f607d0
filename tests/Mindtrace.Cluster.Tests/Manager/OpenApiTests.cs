using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>The document that programs in other languages are written by.</summary>
public sealed class OpenApiTests(ClusterFixture fixture)
{
    [Fact]
    public async Task EachOperationWithInput_HasAnExampleThatIsValid()
    {
        var document = await DocumentAsync();
        var operations = fixture.Manager.Services.GetRequiredService<OperationCatalog>().Operations
            .Where(operation => operation.RequestType != typeof(Unit) && operation.RequestType != typeof(Stream));

        foreach (var operation in operations)
        {
            var content = document.GetProperty("paths").GetProperty($"/{operation.Name}").GetProperty("post").GetProperty("requestBody").GetProperty("content");
            Assert.True(content.GetProperty("application/json").TryGetProperty("example", out var example), $"{operation.Name} has no example");
            var request = example.Deserialize(operation.RequestType, operation.Json);
            Assert.NotNull(request);
            Validator.ValidateObject(request, new ValidationContext(request), validateAllProperties: true);
        }
    }

    [Fact]
    public async Task EachOperationWithOutput_HasAnExampleOfItsAnswerThatCanBeRead()
    {
        var document = await DocumentAsync();
        foreach (var operation in fixture.Manager.Services.GetRequiredService<OperationCatalog>().Operations.Where(operation => operation.ResponseType != typeof(Unit)))
        {
            var content = document.GetProperty("paths").GetProperty($"/{operation.Name}").GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content");
            Assert.True(content.GetProperty("application/json").TryGetProperty("example", out var example), $"{operation.Name} has no example of its answer");
            Assert.NotNull(example.Deserialize(operation.ResponseType, operation.Json));
        }

        var status = document.GetProperty("paths").GetProperty("/get_job_status").GetProperty("post").GetProperty("responses").GetProperty("200")
            .GetProperty("content").GetProperty("application/json").GetProperty("example");
        var asked = document.GetProperty("paths").GetProperty("/get_job_status").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("example");
        Assert.Equal(asked.GetProperty("job_id").GetString(), status.GetProperty("job_id").GetString());
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var http = new HttpClient { BaseAddress = fixture.Manager.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        return JsonElement.Parse(await http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken));
    }
}
