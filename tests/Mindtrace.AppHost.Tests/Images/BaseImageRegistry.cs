using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Mindtrace.TestServers;

namespace Mindtrace.AppHost.Tests.Images;

/// <summary>
/// A container registry that serves one image of this machine, to be read only. The SDK takes base images from registries alone, and
/// none may be in reach.
/// </summary>
internal sealed class BaseImageRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private const string ConfigType = "application/vnd.docker.container.image.v1+json";
    private const string LayerType = "application/vnd.docker.image.rootfs.diff.tar";

    private readonly WebApplication _server;
    private readonly DirectoryInfo _blobs;

    private BaseImageRegistry(WebApplication server, DirectoryInfo blobs) => (_server, _blobs) = (server, blobs);

    /// <summary>Gets the name of the image here. Of registries without TLS the SDK takes those of localhost.</summary>
    public string Image => $"localhost:{new Uri(_server.Urls.Single()).Port}/base:local";

    public static async Task<BaseImageRegistry> StartAsync(string image, CancellationToken cancellationToken)
    {
        var blobs = Directory.CreateTempSubdirectory("mindtrace-test-registry-");
        var manifest = await UnpackAsync(image, blobs.FullName, cancellationToken);
        var digest = Digest(SHA256.HashData(manifest));

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(async context =>
        {
            var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
            switch (parts)
            {
                case ["v2"]:
                    break;
                case ["v2", "base", "manifests", _]:
                    context.Response.ContentType = ManifestType;
                    context.Response.ContentLength = manifest.Length;
                    context.Response.Headers["Docker-Content-Digest"] = digest;
                    if (!HttpMethods.IsHead(context.Request.Method))
                    {
                        await context.Response.Body.WriteAsync(manifest, context.RequestAborted);
                    }

                    break;
                case ["v2", "base", "blobs", var blob] when File.Exists(PathOf(blobs.FullName, blob)):
                    context.Response.ContentType = "application/octet-stream";
                    await context.Response.SendFileAsync(PathOf(blobs.FullName, blob), context.RequestAborted);
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    break;
            }
        });
        await server.StartAsync(cancellationToken);
        return new BaseImageRegistry(server, blobs);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _blobs.Delete(recursive: true);
    }

    /// <summary>Has docker write the image, and lays its parts out by their digests.</summary>
    /// <returns>The image's manifest.</returns>
    private static async Task<byte[]> UnpackAsync(string image, string blobs, CancellationToken cancellationToken)
    {
        var archive = Path.Combine(blobs, "image.tar");
        var saved = await Command.RunAsync("docker", ["save", "--output", archive, image], cancellationToken);
        Assert.True(saved.ExitCode == 0, saved.Error);
        var unpacked = Directory.CreateDirectory(Path.Combine(blobs, "unpacked")).FullName;
        await TarFile.ExtractToDirectoryAsync(archive, unpacked, overwriteFiles: true, cancellationToken);
        File.Delete(archive);

        var index = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(unpacked, "manifest.json"), cancellationToken))![0]!;
        var config = await KeepAsync(Path.Combine(unpacked, (string)index["Config"]!), ConfigType);
        var layers = new JsonArray();
        foreach (var layer in index["Layers"]!.AsArray())
        {
            layers.Add(await KeepAsync(Path.Combine(unpacked, (string)layer!), LayerType));
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = ManifestType, ["config"] = config, ["layers"] = layers });

        async Task<JsonObject> KeepAsync(string file, string type)
        {
            string digest;
            long size;
            await using (var content = File.OpenRead(file))
            {
                size = content.Length;
                digest = Digest(await SHA256.HashDataAsync(content, cancellationToken));
            }

            File.Move(file, PathOf(blobs, digest), overwrite: true);
            return new JsonObject { ["mediaType"] = type, ["size"] = size, ["digest"] = digest };
        }
    }

    private static string Digest(byte[] sha256) => $"sha256:{Convert.ToHexStringLower(sha256)}";

    private static string PathOf(string blobs, string digest) => Path.Combine(blobs, digest.Replace(':', '-'));
}
