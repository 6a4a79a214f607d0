using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Mindtrace.Services;

/// <summary>Which addresses a service calls at URLs that it was given, such as those of apps, nodes and workers. Bound from <c>Outbound</c>.</summary>
/// <remarks>What a service is configured to use, such as its manager, store and broker, is not concerned.</remarks>
public sealed class OutboundOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Outbound";

    /// <summary>Gets the networks that are called although they are denied by default: link-local ones, and those of cloud metadata.</summary>
    /// <value>Such as <c>169.254.10.0/24</c>. None by default.</value>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Gets the networks that are not called, beside those that are denied by default.</summary>
    /// <value>Such as <c>10.0.0.0/8</c>. None by default.</value>
    public IList<string> DeniedNetworks { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from list in new[] { (Name: nameof(AllowedNetworks), Networks: AllowedNetworks), (Name: nameof(DeniedNetworks), Networks: DeniedNetworks) }
        from network in list.Networks
        where !IPNetwork.TryParse(network, out _)
        select new ValidationResult($"Outbound:{list.Name} has '{network}', which is no network such as 10.0.0.0/8.", [list.Name]);
}
