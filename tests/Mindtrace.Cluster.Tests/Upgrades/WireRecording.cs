using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>Calls of operations and what was answered, as they went over the wire.</summary>
internal sealed class WireRecording : DelegatingHandler
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<Exchange> _exchanges = [];

    public WireRecording() : base(new HttpClientHandler())
    {
    }

    public Task WriteAsync(string file) => File.WriteAllTextAsync(file, JsonSerializer.Serialize(_exchanges, Indented) + "\n");

    /// <summary>Makes the same calls again, as the client of that release would, and looks whether it would understand the answers.</summary>
    /// <returns>What it would not understand, each with its operation and where in the answer.</returns>
    public static async Task<IReadOnlyList<string>> ReplayAsync(string file, Uri manager, string apiKey, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = manager, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", apiKey) } };
        var comparison = new WireComparison();
        foreach (var exchange in JsonSerializer.Deserialize<List<Exchange>>(await File.ReadAllTextAsync(file, cancellationToken))!)
        {
            using var body = new StringContent(comparison.Renew(exchange.Request)?.ToJsonString() ?? "null", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(exchange.Operation, body, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if ((int)answer.StatusCode == exchange.Status)
            {
                comparison.Compare(exchange.Operation, exchange.Response, JsonNode.Parse(text));
            }
            else
            {
                comparison.Faults.Add($"{exchange.Operation} was answered {exchange.Status} and is {(int)answer.StatusCode}: {text}");
            }
        }

        return comparison.Faults;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = request.Content is null ? "{}" : await request.Content.ReadAsStringAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);

        // The name of the machine may look like a word of the contract.
        var answered = (await response.Content.ReadAsStringAsync(cancellationToken)).Replace($"\"{Environment.MachineName}\"", "\"Recorder\"", StringComparison.Ordinal);
        _exchanges.Add(new Exchange(request.RequestUri!.AbsolutePath.Trim('/'), JsonNode.Parse(sent), (int)response.StatusCode, JsonNode.Parse(answered)));
        return response;
    }

    private sealed record Exchange(string Operation, JsonNode? Request, int Status, JsonNode? Response);
}
