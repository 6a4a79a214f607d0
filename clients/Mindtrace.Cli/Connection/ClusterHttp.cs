using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Mindtrace.Services;

namespace Mindtrace.Cli.Connection;

/// <summary>Connections of this command. They trust the servers that services trust, by the same variables: <c>Tls__Authorities__0</c> and so on.</summary>
internal static class ClusterHttp
{
    /// <exception cref="UsageException">A variable has no authority or pin.</exception>
    public static HttpClient Create()
    {
        var options = new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(TlsOptions.SectionName).Get<TlsOptions>() ?? new TlsOptions();
        if (options.Validate(new ValidationContext(options)).FirstOrDefault() is { } fault)
        {
            throw new UsageException(fault.ErrorMessage!);
        }

        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = new ServerCertificates(options).Accepts },
        });
    }
}
