namespace Mindtrace.Registry;

/// <summary>Named bytes: what a registry needs of a folder, a bucket, or a store of your own.</summary>
/// <remarks>
/// <para>
/// A key is segments joined by <c>/</c>, and no key is the folder of another. A write replaces the whole blob at once: every reader gets the bytes of one write, never a
/// mixture and never a part, and a read that begins after a write returned sees it. Writers need not know of each other.
/// </para>
/// <para>
/// Faults are <see cref="RegistryUnavailableException"/>, <see cref="RegistryCredentialsException"/> and
/// <see cref="RegistryAccessDeniedException"/>. All members may be called at the same time.
/// </para>
/// </remarks>
public interface IBlobStore
{
    /// <summary>Gets where the blobs are, as a URI without credentials and without a slash at the end.</summary>
    string Location { get; }

    /// <summary>Writes a blob, or replaces it.</summary>
    /// <param name="key">The blob's key.</param>
    /// <param name="content">A stream that knows its length, read from its position to its end.</param>
    /// <param name="cancellationToken">Gives up; the blob may or may not have been written, but never in part.</param>
    Task WriteAsync(string key, Stream content, CancellationToken cancellationToken);

    /// <summary>Copies a blob to a stream.</summary>
    /// <returns><see langword="false"/>, with nothing copied, if there is no such blob.</returns>
    Task<bool> CopyToAsync(string key, Stream destination, CancellationToken cancellationToken);

    /// <summary>Tells whether a blob exists.</summary>
    Task<bool> ExistsAsync(string key, CancellationToken cancellationToken);

    /// <summary>Deletes a blob. Deleting one that does not exist is no error.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Lists the keys that begin with a prefix, in no particular order.</summary>
    /// <remarks>Blobs written or deleted during the listing may or may not be in it.</remarks>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Makes sure that the store can be used, at the cost of about one request; returns if it can, throws if not.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
