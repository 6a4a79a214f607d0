namespace Mindtrace.Services;

/// <content>Operations whose request is bytes.</content>
public sealed partial class ServiceClient
{
    /// <summary>Calls an operation whose request is a stream of bytes.</summary>
    /// <param name="operation">The operation, the same value that the service maps.</param>
    /// <param name="content">The bytes, read from the stream's position to its end. The stream is closed afterwards.</param>
    /// <param name="mediaType">What the bytes are.</param>
    /// <param name="cancellationToken">Gives up; the service is told by the closed connection.</param>
    /// <returns>Its response.</returns>
    /// <exception cref="OperationException">The service refused or failed, or its answer could not be read.</exception>
    /// <exception cref="ServiceUnreachableException">The service could not be reached, or did not answer in time.</exception>
    public Task<TResponse> UploadAsync<TResponse>(
        Operation<Stream, TResponse> operation, Stream content, string mediaType, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(content);
        var body = new StreamContent(content);
        body.Headers.ContentType = new(mediaType);
        return SendAsync(operation, body, cancellationToken);
    }
}
