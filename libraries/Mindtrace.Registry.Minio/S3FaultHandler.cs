using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace Mindtrace.Registry.Minio;

/// <summary>Turns refusals of the S3 server into the registry's exceptions, before the SDK sees them.</summary>
/// <remarks>
/// The SDK tells wrong credentials from missing rights only sometimes, fails on errors without a body, and takes a redirected upload
/// for a finished one. 404 passes: what is missing is no fault.
/// </remarks>
internal sealed class S3FaultHandler(MinioConnection connection, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound)
        {
            return response;
        }

        using (response)
        {
            throw Translate(response.StatusCode, await ReadCodeAsync(response, cancellationToken));
        }
    }

    private RegistryException Translate(HttpStatusCode status, string? code)
    {
        var server = connection.Endpoint.GetLeftPart(UriPartial.Authority);
        var answer = $"{(int)status} {code}".TrimEnd();
        return (status, code) switch
        {
            (_, "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken") or (HttpStatusCode.Unauthorized, _) =>
                new RegistryCredentialsException(
                    $"The S3 server {server} does not accept the access key '{connection.AccessKey}' with its secret ({answer}): check " +
                    "AccessKey and SecretKey of the MinIO connection string."),
            (_, "RequestTimeTooSkewed") => new RegistryUnavailableException(
                $"The S3 server {server} refuses the request for its time ({answer}): set the clocks of this machine and of the server."),
            (HttpStatusCode.Forbidden, _) => new RegistryAccessDeniedException(
                $"The access key '{connection.AccessKey}' may not do this in the bucket '{connection.Bucket}' of {server} ({answer}): it needs " +
                "the rights to list, read, write and delete there, and to create the bucket if it does not exist."),
            ( < HttpStatusCode.BadRequest, _) => new RegistryUnavailableException(
                $"The server {server} redirects ({answer}): check that Endpoint of the MinIO connection string is the S3 address itself."),
            _ => new RegistryUnavailableException($"The S3 server {server} failed ({answer}): look into its log, and try again."),
        };
    }

    private static async Task<string?> ReadCodeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var reader = XmlReader.Create(
                body, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 64 * 1024 });
            return (await XDocument.LoadAsync(reader, LoadOptions.None, cancellationToken)).Root?.Elements()
                .FirstOrDefault(element => element.Name.LocalName == "Code")?.Value;
        }
        catch (XmlException)
        {
            // Not every error has a body, nor comes from the S3 server: the status has to do.
            return null;
        }
    }
}
