using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Requires an absolute http or https URL of at most 2,048 characters without user name and password; none at all is left to other rules.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpUrlAttribute : ValidationAttribute
{
    private const int MaxLength = 2048;

    /// <summary>Initializes a new instance of the <see cref="HttpUrlAttribute"/> class.</summary>
    public HttpUrlAttribute()
        : base($"must be an absolute http or https URL of at most {MaxLength} characters")
    {
    }

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is null
        || (value is Uri { IsAbsoluteUri: true, UserInfo: "", AbsoluteUri.Length: <= MaxLength } url
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps));
}
