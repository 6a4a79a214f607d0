using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Registers <see cref="JwtCallers"/>.</summary>
internal static class JwtServiceCollectionExtensions
{
    public static void AddJwtCallers(this IServiceCollection services)
    {
        services.AddOptions<JwtOptions>().BindConfiguration(JwtOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<JwtCallers>();
        services.AddAuthentication().AddJwtBearer(JwtCallers.SchemeName, _ => { });
        services.AddOptions<JwtBearerOptions>(JwtCallers.SchemeName).Configure<IOptions<JwtOptions>, ServerCertificates>((bearer, jwt, certificates) =>
        {
            bearer.Authority = jwt.Value.Authority?.AbsoluteUri;
            bearer.Audience = jwt.Value.Audience;
            bearer.BackchannelHttpHandler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = certificates.Accepts } };
            bearer.RequireHttpsMetadata = jwt.Value.Authority?.IsLoopback != true;

            // Claims by the names that the authority gives them.
            bearer.MapInboundClaims = false;
        });
    }
}
