using System.Net;
using System.Text;
using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Manager.Endpoints;

/// <summary>What an endpoint answered to a job.</summary>
/// <param name="State">Completed, failed, or error when the answer is no outcome.</param>
/// <param name="Output">What the endpoint produced.</param>
/// <param name="Reason">Why the job is not completed, for people.</param>
internal sealed record EndpointReply(JobState State, JsonElement Output, string? Reason)
{
    /// <summary>How much of a text that is no answer goes into the reason, in characters.</summary>
    private const int MaxReasonLength = 1000;

    private static readonly EndpointReply Empty = new(JobState.Completed, JobsJson.EmptyObject, Reason: null);

    /// <summary>Reads an answer: 200 with <c>{status, output}</c>. Both may be missing or null, and a body that is no JSON object counts as neither.</summary>
    public static EndpointReply Read(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        if (status != HttpStatusCode.OK)
        {
            var text = Encoding.UTF8.GetString(body);
            return Error($"The endpoint answered {(int)status}: {(text.Length <= MaxReasonLength ? text : text[..MaxReasonLength] + "…")}");
        }

        try
        {
            var json = JsonElement.Parse(body);
            return json.ValueKind == JsonValueKind.Object ? Read(json) : Empty;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The latter for text that is JSON by its grammar and no Unicode: nobody could be told of it later.
            return Empty;
        }
    }

    private static EndpointReply Read(JsonElement json)
    {
        var output = Member(json, "output") is { } value ? JsonSerializer.SerializeToElement(value) : JobsJson.EmptyObject;
        return (Member(json, "status") is { } status ? status.ToString() : "completed") switch
        {
            "completed" => new EndpointReply(JobState.Completed, output, Reason: null),
            "failed" => new EndpointReply(JobState.Failed, output, Why(json) ?? "The endpoint said failed."),
            "error" => new EndpointReply(JobState.Error, output, Why(json) ?? "The endpoint said error."),
            var other => new EndpointReply(JobState.Error, output, $"The endpoint said {other}, which is no outcome."),
        };
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Why(JsonElement json) => Member(json, "error")?.ToString();

    private static EndpointReply Error(string reason) => new(JobState.Error, JobsJson.EmptyObject, reason);
}
