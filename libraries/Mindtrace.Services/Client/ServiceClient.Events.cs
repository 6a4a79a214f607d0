using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Mindtrace.Services;

/// <content>Streams of events.</content>
public sealed partial class ServiceClient
{
    /// <summary>Reads the server-sent events of a path, as they come.</summary>
    /// <param name="path">Path and query below the service's address, such as <c>job_logs?job_id=1</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events, until the service ends the stream, or the connection is lost.</returns>
    /// <exception cref="OperationException">The service refused or failed.</exception>
    /// <exception cref="ServiceUnreachableException">The service could not be reached, or did not answer in time.</exception>
    public async IAsyncEnumerable<SseItem<string>> ReadEventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var response = await OpenEventsAsync(path, cancellationToken);
        await using var events = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken))
            .EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync())
        {
            yield return events.Current;
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await events.MoveNextAsync();
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                return false;
            }
        }
    }

    private async Task<HttpResponseMessage> OpenEventsAsync(string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(BaseAddress, path));
        message.Headers.Authorization = _authorization;
        message.Headers.Accept.Add(new("text/event-stream"));
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
