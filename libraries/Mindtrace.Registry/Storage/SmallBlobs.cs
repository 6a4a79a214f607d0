namespace Mindtrace.Registry;

/// <summary>Blobs that fit into memory.</summary>
internal static class SmallBlobs
{
    public static async Task WriteAsync(this IBlobStore blobs, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await blobs.WriteAsync(key, stream, cancellationToken);
    }

    public static async Task<byte[]?> ReadAsync(this IBlobStore blobs, string key, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        return await blobs.CopyToAsync(key, stream, cancellationToken) ? stream.ToArray() : null;
    }
}
