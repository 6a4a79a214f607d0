using System.Net;
using Polly;
using Polly.Retry;

namespace Mindtrace.Registry.Minio;

/// <summary>Asks again, up to <see cref="Retries"/> times, when the S3 server says that it could not answer just now.</summary>
/// <remarks>
/// 500, 502, 503 and 504 are everyday answers of a loaded S3 server, which the protocol asks its clients to repeat; every request here
/// may be sent twice. A server that cannot be reached at all is reported at once.
/// </remarks>
internal sealed class S3RetryHandler(TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public const int Retries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    private readonly ResiliencePipeline<HttpResponseMessage> _retries = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = Retries,
            Delay = FirstDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result is { StatusCode: var status } && IsPassing(status)),
        })
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _retries.ExecuteAsync(async cancel => await base.SendAsync(request, cancel), cancellationToken);

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
