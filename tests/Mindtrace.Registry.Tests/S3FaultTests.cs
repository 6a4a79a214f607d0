using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Registry.Minio;

namespace Mindtrace.Registry.Tests;

public sealed class S3FaultTests
{
    private const string Secret = "the-secret-key";
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(403, "InvalidAccessKeyId", typeof(RegistryCredentialsException), "AccessKey and SecretKey")]
    [InlineData(403, "SignatureDoesNotMatch", typeof(RegistryCredentialsException), "AccessKey and SecretKey")]
    [InlineData(401, null, typeof(RegistryCredentialsException), "AccessKey and SecretKey")]
    [InlineData(403, "AccessDenied", typeof(RegistryAccessDeniedException), "rights")]
    [InlineData(403, null, typeof(RegistryAccessDeniedException), "rights")]
    [InlineData(403, "RequestTimeTooSkewed", typeof(RegistryUnavailableException), "clocks")]
    [InlineData(301, "PermanentRedirect", typeof(RegistryUnavailableException), "Endpoint")]
    [InlineData(307, null, typeof(RegistryUnavailableException), "Endpoint")]
    [InlineData(501, "NotImplemented", typeof(RegistryUnavailableException), "501 NotImplemented")]
    [InlineData(507, "XMinioStorageFull", typeof(RegistryUnavailableException), "507 XMinioStorageFull")]
    public async Task AnyOperation_ServerRefuses_TellsTheReasonAndWhatToCheck(int status, string? code, Type fault, string named)
    {
        using var store = Store(_ => Answer(status, code));

        Func<Task>[] operations =
        [
            () => store.CheckAsync(Cancel),
            () => store.WriteTextAsync("key", "text", Cancel),
            () => store.CopyToAsync("key", Stream.Null, Cancel),
            () => store.ExistsAsync("key", Cancel),
            () => store.DeleteAsync("key", Cancel),
            () => store.ListAsync("key", Cancel).CountAsync(Cancel).AsTask(),
        ];
        foreach (var operation in operations)
        {
            var thrown = await Assert.ThrowsAsync(fault, operation);
            Assert.Contains(named, thrown.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, thrown.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(502, null)]
    [InlineData(503, "SlowDown")]
    [InlineData(504, null)]
    public async Task Write_ServerFailsForAMoment_IsSentAgainWhole(int status, string? code)
    {
        var bodies = new List<string>();
        using var store = Store(request =>
        {
            if (request.Method != HttpMethod.Put)
            {
                return EmptyListing();
            }

            using var body = new MemoryStream();
            request.Content!.CopyTo(body, context: null, Cancel);
            bodies.Add(Encoding.UTF8.GetString(body.ToArray()));
            return bodies.Count < 3 ? Answer(status, code) : Answer(200, null);
        });

        await PassingTimeUntil(store.WriteTextAsync("key", "text", Cancel));

        Assert.Equal(["text", "text", "text"], bodies);
    }

    [Fact]
    public async Task Copy_ServerKeepsFailing_GivesUpAndTellsItsAnswer()
    {
        var requests = 0;
        using var store = Store(request =>
        {
            requests++;
            return Answer(503, "SlowDown");
        });

        var fault = await Assert.ThrowsAsync<RegistryUnavailableException>(() => PassingTimeUntil(store.CopyToAsync("key", Stream.Null, Cancel)));

        Assert.Contains("503 SlowDown", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1 + S3RetryHandler.Retries, requests);
    }

    [Fact]
    public async Task Write_UploadRedirectedOnceTheBucketIsKnown_IsNotTakenForDone()
    {
        using var store = Store(request => request.Method == HttpMethod.Put ? Answer(301, null) : EmptyListing());

        await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.WriteTextAsync("key", "text", Cancel));
    }

    [Fact]
    public async Task Write_BucketMissingAndMayNotBeCreated_IsAccessDenied()
    {
        using var store = Store(request => request.Method == HttpMethod.Put ? Answer(403, "AccessDenied") : Answer(404, "NoSuchBucket"));

        var fault = await Assert.ThrowsAsync<RegistryAccessDeniedException>(() => store.WriteTextAsync("key", "text", Cancel));
        Assert.Contains("create the bucket", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_BucketCreatedByAnotherMeanwhile_Passes()
    {
        Queue<HttpResponseMessage> answers = new([Answer(404, "NoSuchBucket"), Answer(409, "BucketAlreadyOwnedByYou"), EmptyListing()]);
        using var store = Store(_ => answers.Dequeue());

        await store.CheckAsync(Cancel);

        Assert.Empty(answers);
    }

    [Fact]
    public async Task Check_NobodyListens_SaysUnreachableAndWhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        using var store = new MinioBlobStore(MinioConnection.Parse($"Endpoint={endpoint};AccessKey=alice;SecretKey={Secret}"), _clock);

        var fault = await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.CheckAsync(Cancel));

        Assert.Contains(endpoint, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_ServerFallsSilent_IsUnavailable()
    {
        var body = new SilentStream();
        using var store = Store(request => request.RequestUri!.AbsolutePath.EndsWith("/key", StringComparison.Ordinal)
            ? new HttpResponseMessage { Content = new StreamContent(body) }
            : EmptyListing());

        var copying = store.CopyToAsync("key", Stream.Null, Cancel);
        await body.Reading.Task.WaitAsync(Cancel);
        _clock.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<RegistryUnavailableException>(() => copying);
    }

    [Fact]
    public async Task Copy_ConnectionBreaksInTheMiddle_IsUnavailable()
    {
        using var store = Store(request => request.RequestUri!.AbsolutePath.EndsWith("/key", StringComparison.Ordinal)
            ? new HttpResponseMessage { Content = new StreamContent(new BreakingStream()) }
            : EmptyListing());

        await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.CopyToAsync("key", Stream.Null, Cancel));
    }

    [Fact]
    public async Task AnyOperation_Cancelled_IsCancelled()
    {
        using var store = Store(_ => EmptyListing());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteTextAsync("key", "text", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CopyToAsync("key", Stream.Null, cancelled.Token));
    }

    [Fact]
    public async Task Write_BucketDeletedWhileRunning_IsCreatedWithTheNextUse()
    {
        var bucketExists = true;
        using var store = Store(request =>
        {
            var isBucket = request.RequestUri!.AbsolutePath == "/minio-registry/";
            bucketExists |= isBucket && request.Method == HttpMethod.Put;
            return !bucketExists ? Answer(404, "NoSuchBucket") : request.Method == HttpMethod.Get ? EmptyListing() : Answer(200, null);
        });
        await store.CheckAsync(Cancel);
        bucketExists = false;

        await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.WriteTextAsync("key", "text", Cancel));
        await store.WriteTextAsync("key", "text", Cancel);

        Assert.True(bucketExists);
    }

    private static HttpResponseMessage Answer(int status, string? code) => new((HttpStatusCode)status)
    {
        Content = code is null
            ? new ByteArrayContent([])
            : new StringContent($"<Error><Code>{code}</Code><Message>No.</Message><BucketName>minio-registry</BucketName></Error>"),
    };

    private static HttpResponseMessage EmptyListing() => new()
    {
        Content = new StringContent(
            """<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>minio-registry</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>"""),
    };

    private async Task PassingTimeUntil(Task done)
    {
        while (!done.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await done;
    }

    private MinioBlobStore Store(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(
        MinioConnection.Parse($"Endpoint=http://127.0.0.1:9;AccessKey=alice;SecretKey={Secret}"), _clock, new FakeServer(answer));

    private sealed class FakeServer(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var response = answer(request);
            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }

    private sealed class SilentStream : MemoryStream
    {
        public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reading.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }

    private sealed class BreakingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("Connection reset.");
    }
}
