using System.Text;
using System.Text.Json;

namespace Mindtrace.Services;

/// <summary>Makes a problem of any answer that is not a success: problem details, other JSON, or text.</summary>
internal static class FailureReader
{
    /// <summary>How much of a text that is no problem details goes into a message.</summary>
    private const int MaxDetailLength = 1000;

    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var problem = Problem.ForStatus((int)response.StatusCode) with { RetryAfter = response.Headers.RetryAfter?.Delta };
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Fill(problem, document.RootElement) : problem;
        }
        catch (JsonException)
        {
            return problem with { Detail = Shorten(Encoding.UTF8.GetString(body)) };
        }
    }

    public static Problem Unreadable(Type expected) =>
        new(ProblemTypes.Prefix + "unreadable-answer", "The answer could not be read.", 200)
        {
            Detail = $"The answer is not the JSON of a {expected.Name}. Check that both sides run the same version.",
        };

    private static Problem Fill(Problem problem, JsonElement json) => problem with
    {
        Type = Text(json, "type") ?? problem.Type,
        Title = Text(json, "title") ?? problem.Title,
        Detail = Text(json, "detail"),
        TraceId = Text(json, "trace_id"),
        Errors = Errors(json),
    };

    private static string? Text(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        // FastAPI puts a list of objects under "detail": better its JSON than nothing.
        return value.ValueKind == JsonValueKind.String ? value.GetString() : Shorten(value.GetRawText());
    }

    private static Dictionary<string, string[]>? Errors(JsonElement json)
    {
        if (!json.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return errors.EnumerateObject()
            .Where(field => field.Value.ValueKind == JsonValueKind.Array)
            .ToDictionary(field => field.Name, field => field.Value.EnumerateArray().Select(error => error.ToString()).ToArray());
    }

    private static string? Shorten(string text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Length <= MaxDetailLength ? text : text[..MaxDetailLength] + "…";
}
