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
        using var response = await OpenAsync(path, "text/event-stream", cancellationToken);
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
}
