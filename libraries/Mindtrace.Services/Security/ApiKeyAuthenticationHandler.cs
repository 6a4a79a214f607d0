using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Admits callers that send the configured key, with every role.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<SecurityOptions> security)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Prefix = "Bearer ";
    private static readonly Claim[] AllRoles =
        [.. Enum.GetNames<Role>().Select(role => new Claim(ClaimTypes.Role, role))];

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return Task.FromResult(IsAnonymousLoopback() ? Admit("loopback") : AuthenticateResult.NoResult());
        }

        return Task.FromResult(
            header.Count == 1 && header[0] is { } value
            && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && IsKey(value[Prefix.Length..].Trim())
                ? Admit("api key")
                : AuthenticateResult.Fail("The Authorization header does not hold the API key."));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        var problem = Problem.ForStatus(StatusCodes.Status401Unauthorized) with
        {
            Detail = "Send the cluster's key in the header 'Authorization: Bearer <key>'.",
        };
        return problem.WriteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var role = Context.GetEndpoint()?.Metadata.GetMetadata<Operation>()?.Role;
        var problem = Problem.ForStatus(StatusCodes.Status403Forbidden) with
        {
            Detail = role is null ? null : $"The role '{role}' is needed.",
        };
        return problem.WriteAsync(Context);
    }

    // Digests have one length, so the comparison tells neither the key's length nor its beginning.
    private bool IsKey(string candidate) =>
        CryptographicOperations.FixedTimeEquals(Digest(security.Value.ApiKey!), Digest(candidate));

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <remarks>
    /// A browser on this machine names the page it acts for, and a proxy the caller it forwards for: neither is a local client.
    /// </remarks>
    private bool IsAnonymousLoopback() =>
        security.Value.AnonymousLoopback
        && Context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Request.Headers.ContainsKey("Origin")
        && !Request.Headers.ContainsKey("Forwarded") && !Request.Headers.ContainsKey("X-Forwarded-For");

    private static AuthenticateResult Admit(string name)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), .. AllRoles], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}
