namespace Mindtrace.Services;

/// <summary>The stable <c>type</c> of each problem that any service may answer. Clients branch on these, never on text.</summary>
public static class ProblemTypes
{
    /// <summary>What every type starts with.</summary>
    public const string Prefix = "urn:mindtrace:problem:";

    /// <summary>400: the body is not JSON.</summary>
    public const string MalformedJson = Prefix + "malformed-json";

    /// <summary>400: the body nests deeper than <see cref="ServiceJson.MaxDepth"/>.</summary>
    public const string JsonTooDeep = Prefix + "json-too-deep";

    /// <summary>400: the HTTP request itself is faulty.</summary>
    public const string BadRequest = Prefix + "bad-request";

    /// <summary>400: the service is called by a name that is none of its own.</summary>
    public const string HostNotAllowed = Prefix + "host-not-allowed";

    /// <summary>403: a web page of another site has sent the request.</summary>
    public const string OriginNotAllowed = Prefix + "origin-not-allowed";

    /// <summary>401: no key, or a wrong one.</summary>
    public const string Unauthenticated = Prefix + "unauthenticated";

    /// <summary>403: the key lacks the role of the operation.</summary>
    public const string Forbidden = Prefix + "forbidden";

    /// <summary>404: no operation has this path.</summary>
    public const string NotFound = Prefix + "not-found";

    /// <summary>405: operations are called by POST.</summary>
    public const string MethodNotAllowed = Prefix + "method-not-allowed";

    /// <summary>413: the body exceeds the service's limit.</summary>
    public const string RequestTooLarge = Prefix + "request-too-large";

    /// <summary>415: the body is declared as another media type than the operation takes.</summary>
    public const string UnsupportedMediaType = Prefix + "unsupported-media-type";

    /// <summary>422: fields are missing or wrong; <see cref="Problem.Errors"/> names each.</summary>
    public const string InvalidRequest = Prefix + "invalid-request";

    /// <summary>429: the caller has sent more requests than the service takes of one.</summary>
    public const string TooManyRequests = Prefix + "too-many-requests";

    /// <summary>500: a fault of the service, described in its log.</summary>
    public const string InternalError = Prefix + "internal-error";

    /// <summary>502: another service that was asked on the caller's behalf failed or refused this one.</summary>
    public const string DownstreamFailed = Prefix + "downstream-failed";

    /// <summary>503: the service cannot answer for the moment.</summary>
    public const string Unavailable = Prefix + "unavailable";

    /// <summary>503: another service that was asked on the caller's behalf does not answer.</summary>
    public const string ServiceUnreachable = Prefix + "service-unreachable";
}
