namespace Mindtrace.Registry;

/// <summary>Blobs that fit into memory.</summary>
public static class SmallBlobs
{
    /// <summary>Writes a blob, or replaces it.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="key">The blob's key.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Gives up; the blob may or may not have been written, but never in part.</param>
    /// <returns>A task that ends when the blob is written.</returns>
    public static async Task WriteAsync(this IBlobStore blobs, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await blobs.WriteAsync(key, stream, cancellationToken);
    }

    /// <summary>Reads a blob.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="key">The blob's key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bytes; <see langword="null"/> if there is no such blob.</returns>
    public static async Task<byte[]?> ReadAsync(this IBlobStore blobs, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        using var stream = new MemoryStream();
        return await blobs.CopyToAsync(key, stream, cancellationToken) ? stream.ToArray() : null;
    }
}
