using System.Net;

namespace Mindtrace.Services;

/// <content>Answers that are no JSON, read as they come.</content>
public sealed partial class ServiceClient
{
    /// <summary>Reads the bytes of a path.</summary>
    /// <param name="path">Path and query below the service's address.</param>
    /// <param name="mediaType">What the bytes are to be.</param>
    /// <param name="destination">Where they are written to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when all of them are written.</returns>
    /// <exception cref="OperationException">The service refused or failed.</exception>
    /// <exception cref="ServiceUnreachableException">The service could not be reached, did not answer in time, or broke off.</exception>
    public async Task DownloadAsync(string path, string mediaType, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(destination);
        using var response = await OpenAsync(path, mediaType, cancellationToken);
        try
        {
            await response.Content.CopyToAsync(destination, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ServiceUnreachableException(BaseAddress, "broke off", e);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, string mediaType, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(BaseAddress, path));
        message.Headers.Authorization = _authorization;
        message.Headers.Accept.Add(new(mediaType));
        try
        {
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return response;
            }

            using (response)
            {
                throw new OperationException(path.Split('?')[0], BaseAddress, await FailureReader.ReadAsync(response, cancellationToken));
            }
        }
        catch (HttpRequestException e)
        {
            throw new ServiceUnreachableException(BaseAddress, "cannot be reached", e);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw new ServiceUnreachableException(BaseAddress, "did not answer in time", e);
        }
    }
}
