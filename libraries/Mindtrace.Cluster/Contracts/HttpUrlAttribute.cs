using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Cluster;

/// <summary>Demands a URL that a service can be called at. None at all is for others to refuse.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HttpUrlAttribute() : ValidationAttribute("must be an absolute http or https URL")
{
    public override bool IsValid(object? value) =>
        value is null or Uri { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
