using System.Buffers;
using System.Security.Cryptography;

namespace Mindtrace.Registry;

/// <summary>Packages in a blob store, each under the SHA-256 of its bytes.</summary>
/// <remarks>
/// Bytes pass through a temporary file in both directions, so a package of any size takes little memory, and nothing is stored or
/// handed out before its digest is known. Faults of the store are <see cref="RegistryException"/>s.
/// </remarks>
/// <param name="blobs">The store.</param>
public sealed class PackageStore(IBlobStore blobs)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Stores a package. Storing the same bytes again changes nothing.</summary>
    /// <param name="package">The bytes, read from the stream's position to its end.</param>
    /// <param name="maxBytes">The most bytes accepted; 1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The address of the package.</returns>
    /// <exception cref="PackageTooLargeException">The stream has more than <paramref name="maxBytes"/> bytes.</exception>
    public Task<PackageDigest> SaveAsync(Stream package, long maxBytes, CancellationToken cancellationToken = default) =>
        SaveAsync(package, maxBytes, (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>Stores a package that has been inspected. Storing the same bytes again changes nothing.</summary>
    /// <param name="package">The bytes, read from the stream's position to its end.</param>
    /// <param name="maxBytes">The most bytes accepted; 1 or more.</param>
    /// <param name="inspect">Looks at the whole package, a seekable stream at its start, and throws to have it refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The address of the package.</returns>
    /// <exception cref="PackageTooLargeException">The stream has more than <paramref name="maxBytes"/> bytes.</exception>
    public async Task<PackageDigest> SaveAsync(
        Stream package, long maxBytes, Func<Stream, CancellationToken, Task> inspect, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(inspect);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        await using var file = CreateTemporaryFile();
        var digest = await CopyAsync(package, file, maxBytes, cancellationToken);
        file.Position = 0;
        await inspect(file, cancellationToken);
        file.Position = 0;

        // Written even if the key exists: this is how a package that was damaged in the store is mended.
        await blobs.WriteAsync(RegistryLayout.PackageKey(digest), file, cancellationToken);
        return digest;
    }

    /// <summary>Downloads a package and checks it. No byte is handed out before all of them have been verified.</summary>
    /// <returns>
    /// A seekable stream at its start, over a temporary file that is deleted with it; or <see langword="null"/> if there is no such package.
    /// </returns>
    /// <exception cref="RegistryIntegrityException">The stored bytes do not have this digest.</exception>
    public Task<Stream?> OpenAsync(PackageDigest digest, CancellationToken cancellationToken = default) =>
        OpenAsync(digest, file => blobs.CopyToAsync(RegistryLayout.PackageKey(digest), file, cancellationToken), cancellationToken);

    /// <summary>Takes a package from wherever it comes, and checks it. No byte is handed out before all of them have been verified.</summary>
    /// <param name="digest">Which package it is to be.</param>
    /// <param name="copyToAsync">Writes the package to a stream; false if there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// A seekable stream at its start, over a temporary file that is deleted with it; or <see langword="null"/> if there is no such package.
    /// </returns>
    /// <exception cref="RegistryIntegrityException">The bytes do not have this digest.</exception>
    public static async Task<Stream?> OpenAsync(
        PackageDigest digest, Func<Stream, Task<bool>> copyToAsync, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(copyToAsync);
        ThrowIfDefault(digest);
        var file = CreateTemporaryFile();
        try
        {
            if (!await copyToAsync(file))
            {
                await file.DisposeAsync();
                return null;
            }

            file.Position = 0;
            var actual = PackageDigest.Of(await SHA256.HashDataAsync(file, cancellationToken));
            if (actual != digest)
            {
                throw new RegistryIntegrityException(
                    $"The package stored as {digest} has the digest {actual}: it is damaged. Store it again from its source.");
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells whether a package is stored.</summary>
    public Task<bool> ExistsAsync(PackageDigest digest, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(digest);
        return blobs.ExistsAsync(RegistryLayout.PackageKey(digest), cancellationToken);
    }

    // Path.GetTempFileName makes the file readable by this account only.
    private static FileStream CreateTemporaryFile() => new(
        Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, BufferBytes,
        FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    private static async Task<PackageDigest> CopyAsync(Stream source, Stream destination, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long total = 0;
            while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                total += read;
                if (total > maxBytes)
                {
                    throw new PackageTooLargeException(maxBytes);
                }

                hash.AppendData(buffer.AsSpan(0, read));
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await destination.FlushAsync(cancellationToken);
        return PackageDigest.Of(hash.GetHashAndReset());
    }

    private static void ThrowIfDefault(PackageDigest digest)
    {
        if (digest == default)
        {
            throw new ArgumentException("The digest is empty.", nameof(digest));
        }
    }
}
