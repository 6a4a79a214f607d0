using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Requires an absolute http or https URL without user name and password; none at all is left to other rules.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpUrlAttribute : ValidationAttribute
{
    /// <summary>Initializes a new instance of the <see cref="HttpUrlAttribute"/> class.</summary>
    public HttpUrlAttribute()
        : base("must be an absolute http or https URL")
    {
    }

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is null || (value is Uri { IsAbsoluteUri: true, UserInfo: "" } url && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps));
}
