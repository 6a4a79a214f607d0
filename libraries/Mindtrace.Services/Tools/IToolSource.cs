using System.Security.Claims;
using System.Text.Json;

namespace Mindtrace.Services;

/// <summary>Tools that come and go while a service runs, beside those that its operations are. Register implementations as singletons.</summary>
public interface IToolSource
{
    /// <summary>Gets the role that a caller needs. The tools are offered where <see cref="McpOptions.Roles"/> names it.</summary>
    Role Role { get; }

    /// <summary>Lists the tools that there are now.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The tools; no two have one name.</returns>
    Task<IReadOnlyList<ServiceTool>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Calls a tool.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">The arguments: a JSON object. Whether they fit the schema is for the tool to say.</param>
    /// <param name="user">Who calls; the role is held.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer; <see langword="null"/> when there is no such tool.</returns>
    /// <exception cref="OperationException">The call is refused or has failed.</exception>
    Task<JsonElement?> CallAsync(string name, JsonElement arguments, ClaimsPrincipal user, CancellationToken cancellationToken);
}

/// <summary>A tool for language models.</summary>
/// <param name="Name">Its name: letters, digits, underscores and dashes.</param>
/// <param name="Description">What it does, and what to do with its answer.</param>
/// <param name="InputSchema">The JSON Schema of its arguments, which are an object.</param>
public sealed record ServiceTool(string Name, string Description, JsonElement InputSchema);
