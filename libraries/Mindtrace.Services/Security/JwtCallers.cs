using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Knows callers by the tokens of another authority, as <see cref="JwtOptions"/> say.</summary>
internal sealed class JwtCallers(IOptions<JwtOptions> options)
{
    public const string SchemeName = "Jwt";

    // What every header of a token begins with: {" in base64url.
    private const string Beginning = "eyJ";

    // Of those the cluster has, what people and programs may hold. Services have keys.
    private static readonly Role[] Given = [Role.Viewer, Role.Submitter, Role.Operator, Role.Admin];

    /// <summary>Tells whether a text may be a token. No key that was made looks like one.</summary>
    public bool MayKnow(string text) => options.Value.Authority is not null && text.StartsWith(Beginning, StringComparison.Ordinal);

    /// <summary>Checks the token of a request.</summary>
    /// <returns>The name of the caller and its roles; <see langword="null"/> when the token is not valid here.</returns>
    public async Task<(string Name, IEnumerable<Role> Roles)?> FindAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(SchemeName);
        if (result.Principal?.FindFirst(options.Value.NameClaim)?.Value is not { Length: > 0 } name)
        {
            return null;
        }

        var claimed = result.Principal.FindAll(options.Value.RolesClaim).Select(claim => claim.Value).ToHashSet();
        return ($"oidc:{PrintableText.Of(name, maxLength: 200)}", Given.Where(role => claimed.Contains(ValueOf(role))).SelectMany(role => role.Included()).Distinct());
    }

    private string ValueOf(Role role) =>
        options.Value.Roles.TryGetValue(role, out var value) ? value : JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());
}
