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
        using var http = new HttpClient { BaseAddress = fixture.Manager.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ManagerProgram.ApiKey);
        var document = JsonElement.Parse(await http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken));
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
}
