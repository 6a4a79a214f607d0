using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Mindtrace.Hosting.Commands;

/// <summary>Calls operations of one of the services, with its key.</summary>
internal sealed class ServiceCalls(ProjectResource service, ParameterResource apiKey)
{
    private static readonly HttpClient Http = new();

    private readonly EndpointReference _endpoint = new(service, Ports.ServicePorts.EndpointName);

    private string Url => _endpoint.Url;

    /// <summary>Calls an operation.</summary>
    /// <returns>What it answered.</returns>
    /// <exception cref="HttpRequestException">The service refused, with its reason, or did not answer.</exception>
    public async Task<JsonNode?> PostAsync(string operation, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Url), operation))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await apiKey.GetValueAsync(cancellationToken));
        using var answer = await Http.SendAsync(request, cancellationToken);
        var content = await answer.Content.ReadFromJsonAsync<JsonNode?>(cancellationToken);
        return answer.IsSuccessStatusCode
            ? content
            : throw new HttpRequestException($"{operation}: {content?["title"]} {content?["detail"]}", inner: null, answer.StatusCode);
    }
}
