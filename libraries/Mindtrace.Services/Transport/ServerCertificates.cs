using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace Mindtrace.Services;

/// <summary>Decides whether the certificate of a server is trusted, for all connections of a service.</summary>
public sealed class ServerCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly Lazy<X509Certificate2Collection> _authorities;
    private readonly HashSet<string> _pins;

    /// <summary>Initializes a new instance of the <see cref="ServerCertificates"/> class.</summary>
    /// <param name="options">The authorities and keys. Files are read with the first connection that needs them.</param>
    public ServerCertificates(TlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _pins = [.. options.PinnedKeys];
        Accepts = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors);
        _authorities = new(() =>
        {
            var all = new X509Certificate2Collection();
            foreach (var path in options.Authorities)
            {
                all.ImportFromPemFile(path);
            }

            return all;
        });
    }

    /// <summary>
    /// Gets the decision: whether a certificate names the server that was meant, was issued by an authority that is trusted, and has a
    /// pinned key in its chain if there are any.
    /// </summary>
    public RemoteCertificateValidationCallback Accepts { get; }

    /// <summary>Reads the options from the configuration, for what is set up before there are services.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>The decision.</returns>
    public static ServerCertificates Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new ServerCertificates(configuration.GetSection(TlsOptions.SectionName).Get<TlsOptions>() ?? new TlsOptions());
    }

    private bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server || chain is null)
        {
            return false;
        }

        if (errors == SslPolicyErrors.None)
        {
            return HasPin(chain);
        }

        // A private authority cannot answer for another name, nor for a server that sent nothing.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || _authorities.Value.Count == 0)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities.Value);
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));

        // Private authorities seldom say where to ask.
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return own.Build(server) && HasPin(own);
    }

    private bool HasPin(X509Chain chain) =>
        _pins.Count == 0 || chain.ChainElements.Any(element => _pins.Contains(PinOf(element.Certificate)));

    private static string PinOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}
