using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Mindtrace.Services;

/// <summary>Calls the operations of one service.</summary>
/// <remarks>Safe for concurrent use. <see cref="HttpClient.Timeout"/> bounds each call.</remarks>
public sealed partial class ServiceClient
{
    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Sends the requests. Stays the caller's.</param>
    /// <param name="baseAddress">Where the service is, with or without trailing slash. The default is that of <paramref name="http"/>.</param>
    /// <param name="apiKey">The key to send, or null to send none.</param>
    /// <exception cref="ArgumentException">There is no absolute base address.</exception>
    public ServiceClient(HttpClient http, Uri? baseAddress = null, string? apiKey = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        var address = baseAddress ?? http.BaseAddress;
        if (address is not { IsAbsoluteUri: true })
        {
            throw new ArgumentException("The service's base address is missing or not absolute.", nameof(baseAddress));
        }

        _http = http;
        _authorization = string.IsNullOrEmpty(apiKey) ? null : new("Bearer", apiKey);

        // The address goes into messages and logs: of a URL that someone typed in, only the harmless parts are kept.
        BaseAddress = new UriBuilder(address.Scheme, address.Host, address.Port, address.AbsolutePath.TrimEnd('/') + "/").Uri;
    }

    private ServiceClient(ServiceClient client, Uri baseAddress) =>
        (_http, _authorization, BaseAddress) = (client._http, client._authorization, baseAddress);

    /// <summary>Gets where the service is. Ends with a slash.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Makes a client of a service that is reached through this one, below a path of it, in the same way and with the same key.</summary>
    /// <param name="path">One segment of a path, without slashes.</param>
    /// <returns>The client.</returns>
    public ServiceClient Below(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ServiceClient(this, new Uri(BaseAddress, Uri.EscapeDataString(path) + "/"));
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">The operation, the same value that the service maps.</param>
    /// <param name="request">Its request.</param>
    /// <param name="cancellationToken">Gives up waiting; the service is told by the closed connection.</param>
    /// <returns>Its response.</returns>
    /// <exception cref="OperationException">The service refused or failed, or its answer could not be read.</exception>
    /// <exception cref="ServiceUnreachableException">The service could not be reached, or did not answer in time.</exception>
    public Task<TResponse> CallAsync<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, TRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, operation.RequestJson));
        body.Headers.ContentType = new(JsonMediaType.Json);
        return SendAsync(operation, body, cancellationToken);
    }

    /// <summary>Calls an operation that takes no input.</summary>
    /// <inheritdoc cref="CallAsync{TRequest, TResponse}(Operation{TRequest, TResponse}, TRequest, CancellationToken)"/>
    public Task<TResponse> CallAsync<TResponse>(
        Operation<Unit, TResponse> operation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return SendAsync(operation, body: null, cancellationToken);
    }

    private async Task<TResponse> SendAsync<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, HttpContent? body, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(BaseAddress, operation.Name)) { Content = body };
        message.Headers.Authorization = _authorization;

        // A service that refuses an upload says so before it is sent.
        message.Headers.ExpectContinue = body is StreamContent;
        try
        {
            using var response = await _http.SendAsync(message, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var problem = await FailureReader.ReadAsync(response, cancellationToken);
                throw new OperationException(operation.Name, BaseAddress, problem);
            }

            return await ReadAsync(operation, response.Content, cancellationToken);
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

    private async Task<TResponse> ReadAsync<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, HttpContent content, CancellationToken cancellationToken)
    {
        if (typeof(TResponse) == typeof(Unit))
        {
            // Whatever stands here, success was all there was to say: shutdown answers in plain text.
            return default!;
        }

        var body = await content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(body, operation.ResponseJson)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException e)
        {
            throw new OperationException(operation.Name, BaseAddress, FailureReader.Unreadable(operation.ResponseType), e);
        }
    }
}
