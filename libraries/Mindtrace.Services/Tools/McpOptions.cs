using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Which operations language models may call as tools, and where. Bound from <c>Mcp</c>.</summary>
public sealed class McpOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Mcp";

    /// <summary>Gets or sets the path of the tool server, which speaks MCP's streamable HTTP.</summary>
    /// <value>Begins with a slash; one at the end makes no difference. The default is <c>/mcp-server/mcp</c>.</value>
    [Required]
    [RegularExpression("(/[A-Za-z0-9._~-]+)+/?", ErrorMessage = "Mcp:Path must be a path such as /mcp-server/mcp.")]
    public string Path { get; set; } = "/mcp-server/mcp";

    /// <summary>Gets or sets the roles whose operations are tools, all of them.</summary>
    /// <value>
    /// Names of <see cref="Role"/> in any case, separated by commas. Empty by default: then tools are the operations that are
    /// marked so (<see cref="Operation.Tool"/>) and only read (<see cref="Role.Viewer"/>). <c>shutdown</c> is never a tool.
    /// </value>
    public string Roles { get; set; } = "";

    private string[] RoleNames => Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var known = Enum.GetNames<Role>();
        foreach (var name in RoleNames.Except(known, StringComparer.OrdinalIgnoreCase))
        {
            yield return new($"Mcp:Roles names '{name}', which is none of {string.Join(", ", known)}.", [nameof(Roles)]);
        }
    }

    internal bool Offers(Operation operation) =>
        operation is { Tool: true, Role: Role.Viewer }
        || Names(operation.Role);

    internal bool Names(Role role) => RoleNames.Contains(role.ToString(), StringComparer.OrdinalIgnoreCase);
}
