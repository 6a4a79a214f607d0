using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Minio;
using Minio.DataModel.Args;
using Minio.Exceptions;

namespace Mindtrace.Registry.Minio;

/// <summary>Blobs as objects in one bucket of MinIO or any other S3 server; the bucket is created if it does not exist.</summary>
/// <remarks>
/// Relies on what every S3 server gives: an upload appears whole or not at all, and a later read sees it. Nothing conditional is used,
/// since not all servers offer it.
/// </remarks>
public sealed class MinioBlobStore : IBlobStore, IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // For one request, from its first byte to the head of the answer, retries included. Uploads go in parts of some megabytes.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    // For the next bytes of a download.
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DownloadUrlLifetime = TimeSpan.FromMinutes(5);

    private readonly MinioConnection _connection;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly IMinioClient _client;
    private volatile bool _bucketKnown;

    /// <summary>Makes the store; nothing is sent before its first use.</summary>
    /// <param name="connection">Server, keys and bucket.</param>
    /// <param name="time">Measures the silence of a server during a download.</param>
    /// <param name="certificates">Decides about the certificate of an https server; the system does by default.</param>
    public MinioBlobStore(MinioConnection connection, TimeProvider time, RemoteCertificateValidationCallback? certificates = null)
        : this(connection, time, new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = { RemoteCertificateValidationCallback = certificates },
        })
    {
    }

    internal MinioBlobStore(MinioConnection connection, TimeProvider time, HttpMessageHandler transport)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(time);
        _connection = connection;
        _time = time;
        _http = new HttpClient(new S3FaultHandler(connection, new S3RetryHandler(time, transport))) { Timeout = RequestTimeout };
        _client = new MinioClient()
            .WithEndpoint(connection.Endpoint)
            .WithSSL(connection.Endpoint.Scheme == Uri.UriSchemeHttps)
            .WithCredentials(connection.AccessKey, connection.SecretKey)
            .WithHttpClient(_http)
            .Build();
    }

    /// <inheritdoc/>
    public string Location => $"s3://{_connection.Bucket}";

    /// <inheritdoc/>
    public Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        return GuardAsync(
            async () =>
            {
                await EnsureBucketAsync(cancellationToken);
                var upload = new PutObjectArgs().WithBucket(_connection.Bucket).WithObject(key)
                    .WithStreamData(content).WithObjectSize(content.Length - content.Position);
                await _client.PutObjectAsync(upload, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> CopyToAsync(string key, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return GuardAsync(
            async () =>
            {
                await EnsureBucketAsync(cancellationToken);

                // A signed URL is one request, where the SDK's own download asks for bucket and object first.
                var url = await _client.PresignedGetObjectAsync(new PresignedGetObjectArgs()
                    .WithBucket(_connection.Bucket).WithObject(key).WithExpiry((int)DownloadUrlLifetime.TotalSeconds));
                using var response = await _http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return false;
                }

                await CopyBodyAsync(response, destination, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await EnsureBucketAsync(cancellationToken);
            try
            {
                await _client.StatObjectAsync(new StatObjectArgs().WithBucket(_connection.Bucket).WithObject(key), cancellationToken);
                return true;
            }
            catch (ObjectNotFoundException)
            {
                return false;
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await EnsureBucketAsync(cancellationToken);
            await _client.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(_connection.Bucket).WithObject(key), cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        await GuardAsync(() => EnsureBucketAsync(cancellationToken), cancellationToken);
        await using var keys = ListKeys(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(async () => await keys.MoveNextAsync(), cancellationToken))
        {
            yield return keys.Current;
        }
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken)
    {
        _bucketKnown = false;
        return GuardAsync(() => EnsureBucketAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private async IAsyncEnumerable<string> ListKeys(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ListObjectsArgs().WithBucket(_connection.Bucket).WithPrefix(prefix).WithRecursive(true);
        await foreach (var item in _client.ListObjectsEnumAsync(query, cancellationToken))
        {
            yield return item.Key;
        }
    }

    private async Task<bool> EnsureBucketAsync(CancellationToken cancellationToken)
    {
        if (!_bucketKnown)
        {
            if (!await IsBucketThereAsync(cancellationToken))
            {
                await CreateBucketAsync(cancellationToken);
            }

            _bucketKnown = true;
        }

        return true;
    }

    // A listing, not the SDK's question for the bucket: that is a HEAD request, whose refusal has no body to tell the reason.
    private async Task<bool> IsBucketThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var keys = ListKeys("registry_metadata.json", cancellationToken).GetAsyncEnumerator(cancellationToken);
            await keys.MoveNextAsync();
            return true;
        }
        catch (BucketNotFoundException)
        {
            return false;
        }
    }

    private async Task CreateBucketAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.MakeBucketAsync(new MakeBucketArgs().WithBucket(_connection.Bucket), cancellationToken);
        }
        catch (RegistryUnavailableException)
        {
            // Another program may have created it in the meantime, which is answered with a conflict.
            if (!await IsBucketThereAsync(cancellationToken))
            {
                throw;
            }
        }
    }

    private async Task CopyBodyAsync(HttpResponseMessage response, Stream destination, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var silence = new CancellationTokenSource(SilenceTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var buffer = new byte[BufferBytes];
        while (await ReadAsync() is > 0 and var read)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            silence.CancelAfter(SilenceTimeout);
        }

        async Task<int> ReadAsync()
        {
            try
            {
                return await body.ReadAsync(buffer, either.Token);
            }
            catch (IOException e)
            {
                throw Unreachable(e.Message, e);
            }
        }
    }

    private async Task<bool> GuardAsync(Func<Task<bool>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable("It does not answer in time.", e);
        }
        catch (BucketNotFoundException e)
        {
            _bucketKnown = false;
            throw new RegistryUnavailableException($"The bucket '{_connection.Bucket}' was deleted; the next use creates it, empty.", e);
        }
        catch (MinioException e)
        {
            throw new RegistryUnavailableException($"The S3 server of the registry, {_connection}, failed: {e.Message}", e);
        }
    }

    private RegistryUnavailableException Unreachable(string reason, Exception e) => new(
        $"The S3 server of the registry cannot be reached at {_connection.Endpoint.GetLeftPart(UriPartial.Authority)}: check that it runs " +
        $"and that Endpoint of the MinIO connection string is right. {reason}", e);
}
