using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>What can be wrong with a request, in words.</summary>
internal static class RequestProblems
{
    /// <summary>The key under <c>errors</c> for the request as a whole.</summary>
    public const string Body = "body";

    public static Problem UnsupportedMediaType() => Problem.ForStatus(StatusCodes.Status415UnsupportedMediaType) with
    {
        Detail = "The body must be JSON: send it as application/json, or without a content type.",
    };

    public static Problem TooLarge(long maxBytes) => Problem.ForStatus(StatusCodes.Status413PayloadTooLarge) with
    {
        Detail = $"The body is larger than {maxBytes} bytes, the limit of this service.",
    };

    public static Problem TooDeep() =>
        new(ProblemTypes.JsonTooDeep, "The JSON nests too deep.", StatusCodes.Status400BadRequest)
        {
            Detail = $"The body nests deeper than {ServiceJson.MaxDepth} levels.",
        };

    public static Problem Malformed(JsonException fault) =>
        new(ProblemTypes.MalformedJson, "The body is not valid JSON.", StatusCodes.Status400BadRequest)
        {
            Detail = $"The JSON breaks off or goes wrong at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.",
        };

    public static Problem NotUnicode() =>
        new(ProblemTypes.MalformedJson, "The body is not valid JSON.", StatusCodes.Status400BadRequest)
        {
            Detail = "The body holds text that is not Unicode: bytes that are not UTF-8, or one half of a surrogate pair.",
        };

    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Problem.ForStatus(StatusCodes.Status422UnprocessableEntity) with
        {
            Detail = string.Join("; ", errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}")) + ".",
            Errors = errors,
        };
}
