using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mindtrace.TestServers;

/// <summary>An authority that no system trusts, and the certificates that it issues to servers.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-tls-");
    private readonly X509Certificate2 _certificate;

    /// <summary>Makes an authority.</summary>
    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        File = Path.Combine(_folder.FullName, "authority.pem");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>Gets the file with its certificate, as PEM.</summary>
    public string File { get; }

    /// <summary>Gets the SHA-256 of its public key, as Base64.</summary>
    public string Pin => Convert.ToBase64String(SHA256.HashData(_certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>Issues a certificate with its key.</summary>
    /// <param name="host">The name that it is for, beside 127.0.0.1.</param>
    /// <param name="lifetime">How long it is valid; negative for one whose time is over.</param>
    public X509Certificate2 Issue(string host = "localhost", TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var issued = request.Create(
            _certificate, now.AddDays(-20), now + (lifetime ?? TimeSpan.FromDays(10)), RandomNumberGenerator.GetBytes(16));
        using var whole = issued.CopyWithPrivateKey(key);

        // Windows wants the key of a server in a container, not in memory alone.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Issues a certificate and writes it to files.</summary>
    /// <returns>The certificate, and its key, as PEM.</returns>
    public (string Certificate, string Key) IssueFiles()
    {
        using var issued = Issue();
        using var key = issued.GetECDsaPrivateKey()!;
        var (certificatePath, keyPath) = (Path.Combine(_folder.FullName, "server.pem"), Path.Combine(_folder.FullName, "server.key"));
        System.IO.File.WriteAllText(certificatePath, issued.ExportCertificatePem());
        System.IO.File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    /// <summary>Removes its files.</summary>
    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }
}
