using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mindtrace.Docs.Tests.Commands;

/// <summary>The shell in which somebody types the commands of a document, one after the other, in a folder of its own.</summary>
internal sealed class DocumentShell : IDisposable
{
    private const string ManagerOfDocuments = "http://localhost:8002/";
    private const string ApiKey = "MINDTRACE_API_KEY";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-shell-");
    private readonly Uri _manager;
    private readonly string _apiKey;

    public DocumentShell(Uri manager, string apiKey)
    {
        (_manager, _apiKey) = (manager, apiKey);

        // curl takes any answer for a success unless it is told otherwise.
        File.WriteAllText(Path.Combine(_folder.FullName, ".curlrc"), "fail-with-body\n");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        using var authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(Path.Combine(_folder.FullName, "authority.pem"), authority.ExportCertificatePem());
    }

    /// <summary>Gets what was exported before.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Runs a command; it must succeed.</summary>
    public async Task RunAsync(string command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash", ["-o", "pipefail", "-c", command.Replace(ManagerOfDocuments, _manager.AbsoluteUri, StringComparison.Ordinal)])
        {
            WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        (start.Environment[ApiKey], start.Environment["CURL_HOME"]) = (_apiKey, _folder.FullName);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{command}: {process.ExitCode}\n{await output}{await error}");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
