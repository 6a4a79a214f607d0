using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Mindtrace.Services;

/// <summary>Why a request was not fulfilled: the body of every answer that is not a success.</summary>
/// <param name="Type">What kind of problem, as a stable URN; see <see cref="ProblemTypes"/>.</param>
/// <param name="Title">The kind in words, the same for each occurrence.</param>
/// <param name="Status">The HTTP status.</param>
/// <remarks>Source: RFC 9457, "Problem Details for HTTP APIs".</remarks>
public sealed record Problem(string Type, string Title, int Status)
{
    /// <summary>Gets what was wrong this time, and what to do about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Gets what is wrong with each faulty field, by its path on the wire (<c>job.id</c>, <c>jobs[2].name</c>).</summary>
    /// <value>Null when no field is to blame. The key <c>body</c> stands for the request as a whole.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Gets the id of the trace in which it happened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>Gets after how long to try again, sent as the header <c>Retry-After</c> in whole seconds.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Makes the problem that a bare HTTP status stands for.</summary>
    /// <param name="status">A status from 400 to 599.</param>
    /// <returns>The problem, without detail.</returns>
    public static Problem ForStatus(int status)
    {
        var (type, title) = status switch
        {
            400 => (ProblemTypes.BadRequest, "The HTTP request is faulty."),
            401 => (ProblemTypes.Unauthenticated, "A valid API key is needed."),
            403 => (ProblemTypes.Forbidden, "The API key does not permit this operation."),
            404 => (ProblemTypes.NotFound, "There is nothing at this path."),
            405 => (ProblemTypes.MethodNotAllowed, "This method is not supported here."),
            413 => (ProblemTypes.RequestTooLarge, "The body is too large."),
            415 => (ProblemTypes.UnsupportedMediaType, "The body is declared as a media type that is not taken here."),
            422 => (ProblemTypes.InvalidRequest, "The request is not valid."),
            429 => (ProblemTypes.TooManyRequests, "Too many requests were sent."),
            500 => (ProblemTypes.InternalError, "The service failed."),
            502 => (ProblemTypes.DownstreamFailed, "Another service failed."),
            503 => (ProblemTypes.Unavailable, "The service is not available."),
            _ => (ProblemTypes.Prefix + "http-" + status.ToString(CultureInfo.InvariantCulture), ReasonPhrases.GetReasonPhrase(status)),
        };
        return new(type, title, status);
    }

    /// <summary>Writes the problem as a body, with the trace in which this happens.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        this with { TraceId = Activity.Current?.TraceId.ToHexString() }, ServiceJson.Options);

    internal async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var body = ToJson();
        response.StatusCode = Status;
        response.ContentType = JsonMediaType.Problem;
        response.ContentLength = body.Length;
        if (RetryAfter is { } after)
        {
            response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
