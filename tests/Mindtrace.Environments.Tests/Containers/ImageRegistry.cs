using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Docker.DotNet;
using Mindtrace.TestServers;

namespace Mindtrace.Environments.Tests.Containers;

/// <summary>A registry on the loopback that holds one image, under any name, and can ask for a password.</summary>
/// <remarks>Source: the registry's HTTP API V2 of the distribution project, as far as a pull needs it.</remarks>
internal sealed class ImageRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly byte[] _manifest;
    private readonly string? _authorization;
    private readonly Task _serving;

    private ImageRegistry(int port, byte[] config, byte[] layer, string? user, string? password)
    {
        Host = $"127.0.0.1:{port}";
        _authorization = user is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        (_blobs[DigestOf(config)], _blobs[DigestOf(layer)]) = (config, layer);
        _manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = ManifestType,
            config = new { mediaType = "application/vnd.docker.container.image.v1+json", size = config.Length, digest = DigestOf(config) },
            layers = new[] { new { mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip", size = layer.Length, digest = DigestOf(layer) } },
        });
        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Host { get; }

    public string Digest => DigestOf(_manifest);

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Starts a registry that holds an image which the engine has.</summary>
    public static async Task<ImageRegistry> StartAsync(string image, CancellationToken cancellationToken, string? user = null, string? password = null)
    {
        using var configuration = new DockerClientConfiguration();
        using var client = configuration.CreateClient();
        var entries = new Dictionary<string, byte[]>();
        await using var saved = await client.Images.SaveImageAsync(image, cancellationToken);
        await using var tar = new TarReader(saved);
        while (await tar.GetNextEntryAsync(copyData: true, cancellationToken) is { } entry)
        {
            using var content = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(content, cancellationToken);
            entries[entry.Name] = content.ToArray();
        }

        using var contents = JsonDocument.Parse(entries["manifest.json"]);
        var saving = contents.RootElement[0];
        return new ImageRegistry(
            LoopbackPort.FindFree(), entries[saving.GetProperty("Config").GetString()!], entries[saving.GetProperty("Layers")[0].GetString()!], user, password);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context.Request, context.Response);
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath;
        Requests.Enqueue($"{request.HttpMethod} {path}");
        byte[] content = [];
        if (_authorization is not null && request.Headers["Authorization"] != _authorization)
        {
            response.StatusCode = (int)HttpStatusCode.Unauthorized;
            response.Headers["WWW-Authenticate"] = "Basic realm=\"test\"";
        }
        else if (path.Contains("/manifests/", StringComparison.Ordinal))
        {
            content = _manifest;
            response.ContentType = ManifestType;
            response.Headers["Docker-Content-Digest"] = Digest;
        }
        else if (path.Contains("/blobs/", StringComparison.Ordinal) && _blobs.TryGetValue(path.Split('/')[^1], out var blob))
        {
            content = blob;
        }
        else if (path != "/v2/")
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
        }

        response.ContentLength64 = content.Length;
        if (request.HttpMethod != "HEAD")
        {
            await response.OutputStream.WriteAsync(content);
        }

        response.Close();
    }
}
