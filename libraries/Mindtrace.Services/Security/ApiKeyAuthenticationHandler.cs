using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>
/// Admits callers that send the configured key, with every role of keys, a key of the cluster, with the roles of that one, a token of the
/// authority that is configured, or the capability of a job that runs in this process.
/// </summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<SecurityOptions> security,
    ApiKeyVerifier keys,
    JwtCallers tokens,
    ICapabilities? capabilities = null)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    /// <summary>Names the configured key. Keys that are made cannot have this name: theirs have no blanks.</summary>
    public const string ConfiguredKeyName = "api key";

    /// <summary>The claim of a caller with a capability: the digest of that.</summary>
    public const string CapabilityClaim = "mindtrace:capability";

    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return IsAnonymousLoopback() ? Admit("anonymous loopback", RoleExtensions.OfKeys) : AuthenticateResult.NoResult();
        }

        if (header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            var sent = value[Prefix.Length..].Trim();
            if (Capability.Read(sent) is { } capability)
            {
                return capabilities?.FindHolder(capability.Digest) is { } holder
                    ? Admit(holder, [Role.Job], new Claim(CapabilityClaim, capability.Digest))
                    : AuthenticateResult.Fail("The job of this capability does not run here.");
            }

            if (await keys.VerifyAsync(sent, Context.RequestAborted) is { } key)
            {
                return Admit(key.Name, key.Roles.SelectMany(role => role.Included()).Distinct());
            }

            if (tokens.MayKnow(sent) && await tokens.FindAsync(Context) is { } account)
            {
                return Admit(account.Name, account.Roles);
            }
        }

        return AuthenticateResult.Fail("The Authorization header does not hold a valid API key.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        var problem = Problem.ForStatus(StatusCodes.Status401Unauthorized) with
        {
            Detail = "Send a valid key of the cluster in the header 'Authorization: Bearer <key>'.",
        };
        return problem.WriteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var roles = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements).OfType<RolesAuthorizationRequirement>().SelectMany(needed => needed.AllowedRoles) ?? [];
        var problem = Problem.ForStatus(StatusCodes.Status403Forbidden) with
        {
            Detail = $"The key '{Context.User.Identity?.Name}' lacks the role {string.Join(", ", roles.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}.",
        };
        return problem.WriteAsync(Context);
    }

    /// <remarks>
    /// A browser on this machine names the page it acts for, and a proxy the caller it forwards for: neither is a local client.
    /// </remarks>
    private bool IsAnonymousLoopback() =>
        security.Value.AnonymousLoopback
        && Context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Request.Headers.ContainsKey("Origin")
        && !Request.Headers.ContainsKey("Forwarded") && !Request.Headers.ContainsKey("X-Forwarded-For");

    private static AuthenticateResult Admit(string name, IEnumerable<Role> roles, params Claim[] more)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, name), .. roles.Select(role => new Claim(ClaimTypes.Role, role.ToString())), .. more], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}
