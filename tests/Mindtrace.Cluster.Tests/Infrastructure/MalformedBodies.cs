using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>Bodies that no operation takes, sent to each operation of a service.</summary>
internal static class MalformedBodies
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Asserts that a service refuses each, with problem details that name the field.</summary>
    /// <param name="http">A client with the service's address.</param>
    /// <param name="catalog">The service's operations. Those for the code of a job alone are left out.</param>
    public static Task AreRefusedAsync(HttpClient http, OperationCatalog catalog) =>
        AreRefusedAsync(http, catalog.Operations.Where(operation => operation.Role != Role.Job), ManagerProgram.ApiKey);

    /// <summary>Asserts that a service refuses each, with problem details that name the field.</summary>
    /// <param name="http">A client with the service's address.</param>
    /// <param name="all">The operations.</param>
    /// <param name="key">What opens them.</param>
    public static async Task AreRefusedAsync(HttpClient http, IEnumerable<Operation> all, string key)
    {
        var operations = all
            .Where(operation => operation.RequestType != typeof(Unit) && operation.RequestType != typeof(Stream)).ToList();
        Assert.NotEmpty(operations);
        foreach (var operation in operations)
        {
            await RefusesAsync(operation, "{", HttpStatusCode.BadRequest, field: null);
            await RefusesAsync(operation, "[]", HttpStatusCode.UnprocessableEntity, field: "body");
            await RefusesAsync(operation, "{}", HttpStatusCode.UnsupportedMediaType, field: null, mediaType: "text/plain");
            var properties = operation.Json.GetTypeInfo(operation.RequestType).Properties;
            foreach (var property in properties.Where(property => property is { Set: not null } or { AssociatedParameter: not null }
                && property.PropertyType != typeof(JsonElement) && property.PropertyType != typeof(JsonElement?)))
            {
                // Neither a value nor a list of anything that an operation takes.
                await RefusesAsync(operation, $$"""{"{{property.Name}}":[[[3]]]}""", HttpStatusCode.UnprocessableEntity, property.Name);
            }
        }

        async Task RefusesAsync(Operation operation, string body, HttpStatusCode status, string? field, string mediaType = "application/json")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, operation.Name) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await http.SendAsync(request, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == status, $"{operation} answered {body} with {answer.StatusCode}: {text}");
            var problem = JsonElement.Parse(text);
            Assert.StartsWith("urn:mindtrace:problem:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
            if (field is not null)
            {
                Assert.Contains(problem.GetProperty("errors").EnumerateObject(), error => error.Name.StartsWith(field, StringComparison.Ordinal));
            }
        }
    }
}
