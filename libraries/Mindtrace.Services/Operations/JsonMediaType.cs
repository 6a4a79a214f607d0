using Microsoft.Net.Http.Headers;

namespace Mindtrace.Services;

/// <summary>The media types that operations speak.</summary>
internal static class JsonMediaType
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";

    public static readonly string[] Accepted = [Json, "application/*+json"];

    /// <summary>Whether a request of this content type is read as JSON. None at all counts as JSON.</summary>
    public static bool IsAccepted(string? contentType) =>
        string.IsNullOrEmpty(contentType)
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)));
}
