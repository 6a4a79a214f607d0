using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mindtrace.Services.Tests;

/// <summary>Tokens of another authority, beside keys.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private const string Audience = "mindtrace";

    private readonly RSA _key = RSA.Create(2048);
    private WebApplication _authority = null!;
    private SampleService _service = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Issuer { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        _authority = await StartAuthorityAsync();
        Issuer = _authority.Urls.First();
        _service = await SampleService.StartAsync(builder =>
        {
            builder.Configuration["Security:Jwt:Authority"] = Issuer;
            builder.Configuration["Security:Jwt:Audience"] = Audience;
            builder.Configuration["Security:Jwt:Roles:Admin"] = "cluster-admins";
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _authority.DisposeAsync();
        _key.Dispose();
    }

    [Theory]
    [InlineData("viewer", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("operator", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("cluster-admins", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("admin", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("node", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("Viewer", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    public async Task Token_OpensWhatItsRolesOpen(string role, HttpStatusCode toRead, HttpStatusCode toClear)
    {
        var token = Token(roles: [role, "staff"]);

        Assert.Equal(toRead, (await SendAsync("count_orders", token)).Status);
        Assert.Equal(toClear, (await SendAsync("clear_orders", token)).Status);
    }

    [Fact]
    public async Task Token_OfSomeoneWithoutTheRole_IsRefusedByName()
    {
        var refused = await SendAsync("clear_orders", Token(roles: ["viewer"]));

        Assert.Equal("The key 'oidc:alice' lacks the role admin.", refused.AssertProblem(403, "forbidden").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Token_ForAnotherAudience_Is401() =>
        (await SendAsync("count_orders", Token(audience: "someone-else"))).AssertProblem(401, "unauthenticated");

    [Fact]
    public async Task Token_OfAnotherIssuer_Is401() =>
        (await SendAsync("count_orders", Token(issuer: "http://127.0.0.1:9"))).AssertProblem(401, "unauthenticated");

    [Fact]
    public async Task Token_HasExpired_Is401() =>
        (await SendAsync("count_orders", Token(expires: DateTimeOffset.UnixEpoch.AddDays(1)))).AssertProblem(401, "unauthenticated");

    [Fact]
    public async Task Token_SignedByAnotherKey_Is401()
    {
        using var other = RSA.Create(2048);

        (await SendAsync("count_orders", Token(key: new RsaSecurityKey(other) { KeyId = "1" }))).AssertProblem(401, "unauthenticated");
    }

    /// <summary>With the public key, which everyone has, as if it were a shared secret.</summary>
    [Fact]
    public async Task Token_SignedWithThePublicKey_Is401() =>
        (await SendAsync("count_orders", Token(key: new SymmetricSecurityKey(_key.ExportSubjectPublicKeyInfo()) { KeyId = "1" }, algorithm: SecurityAlgorithms.HmacSha256)))
            .AssertProblem(401, "unauthenticated");

    [Fact]
    public async Task Token_NotSigned_Is401()
    {
        var parts = Token().Split('.');
        var unsigned = $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";

        (await SendAsync("count_orders", unsigned)).AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Token_AuthorityIsAway_Is401AndKeysAreAdmitted()
    {
        await _authority.StopAsync(Cancel);

        (await SendAsync("count_orders", Token())).AssertProblem(401, "unauthenticated");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("count_orders", SampleService.Key)).Status);
    }

    [Fact]
    public async Task Key_IsAdmittedBesideTokens() => Assert.Equal(HttpStatusCode.OK, (await SendAsync("count_orders", SampleService.Key)).Status);

    [Fact]
    public async Task Token_WithoutAnAuthority_Is401()
    {
        await using var service = await SampleService.StartAsync();

        (await SendAsync("count_orders", Token(), service)).AssertProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData("http://issuer.example.org", Audience, "https URL")]
    [InlineData("https://issuer.example.org", "", "Audience must be set")]
    public async Task Options_AreUnsafe_StopTheStart(string authority, string audience, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => SampleService.StartAsync(builder =>
        {
            builder.Configuration["Security:Jwt:Authority"] = authority;
            builder.Configuration["Security:Jwt:Audience"] = audience;
        }));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private string Token(
        string[]? roles = null, string audience = Audience, string? issuer = null, DateTimeOffset? expires = null, SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.RsaSha256)
    {
        var end = expires ?? TimeProvider.System.GetUtcNow().AddHours(1);
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            NotBefore = end.AddHours(-2).UtcDateTime,
            IssuedAt = end.AddHours(-2).UtcDateTime,
            Expires = end.UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = "alice", ["roles"] = roles ?? ["viewer"] },
            SigningCredentials = new SigningCredentials(key ?? new RsaSecurityKey(_key) { KeyId = "1" }, algorithm),
        });
    }

    private Task<Answer> SendAsync(string operation, string token) => SendAsync(operation, token, _service);

    private static async Task<Answer> SendAsync(string operation, string token, SampleService service)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Address, operation));
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Answer.OfAsync(await http.SendAsync(request, Cancel));
    }

    private async Task<WebApplication> StartAuthorityAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) => Results.Json(new
        {
            issuer = $"{request.Scheme}://{request.Host}", jwks_uri = $"{request.Scheme}://{request.Host}/keys",
        }));
        app.MapGet("/keys", () =>
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            return Results.Json(new
            {
                keys = new[] { new { kty = "RSA", use = "sig", kid = "1", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } },
            });
        });
        await app.StartAsync(Cancel);
        return app;
    }
}
