using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Mindtrace.Cluster;

/// <summary>Checks and extracts packages: zips that come from outside, so nothing in them is believed.</summary>
/// <remarks>
/// Refused are: what is no zip; encrypted entries; links and other special files; names that are absolute, lead upwards, hold
/// <c>\</c>, <c>:</c> or control characters, or collide where case does not count; more entries than allowed; more bytes than allowed, as
/// declared and as counted while they are unpacked.
/// </remarks>
public static class WorkerPackage
{
    private const int BufferBytes = 81920;
    private const int UnixTypeMask = 0xF000;
    private const int UnixFile = 0x8000;
    private const int UnixFolder = 0x4000;
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Checks a package as a whole, by unpacking it to nowhere.</summary>
    /// <param name="package">A seekable stream.</param>
    /// <param name="limits">How much it may hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the package is known to be fit for extraction.</returns>
    /// <exception cref="WorkerPackageException">It is not fit.</exception>
    public static Task CheckAsync(Stream package, WorkerPackageLimits limits, CancellationToken cancellationToken) =>
        ReadAsync(package, limits, _ => Stream.Null, cancellationToken);

    /// <summary>Extracts a package, with the same checks.</summary>
    /// <param name="package">A seekable stream.</param>
    /// <param name="folder">The folder to extract to, which exists and is empty. What is in it after a failure is of no use.</param>
    /// <param name="limits">How much the package may hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when all files are there.</returns>
    /// <exception cref="WorkerPackageException">The package is not fit for extraction.</exception>
    public static Task ExtractAsync(Stream package, string folder, WorkerPackageLimits limits, CancellationToken cancellationToken) =>
        ReadAsync(package, limits, entry => Create(entry, folder), cancellationToken);

    private static async Task ReadAsync(
        Stream package, WorkerPackageLimits limits, Func<ZipArchiveEntry, Stream> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            await ThrowIfDirectoryIsTooLargeAsync(package, limits, cancellationToken).ConfigureAwait(false);
            package.Position = 0;
            await using var zip = await ZipArchive.CreateAsync(
                package, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
            ThrowIfUnfit(zip, limits);
            var left = limits.MaxUnpackedBytes;
            foreach (var entry in zip.Entries)
            {
                await using var content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
                await using var target = open(entry);
                left -= await CopyAsync(content, target, entry, left, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new WorkerPackageException($"The package is no zip that can be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads, before anything else, how long the list of entries is: it is taken into memory whole.</summary>
    private static async Task ThrowIfDirectoryIsTooLargeAsync(
        Stream package, WorkerPackageLimits limits, CancellationToken cancellationToken)
    {
        // Source: PKWARE APPNOTE 6.3.10, 4.3.16 "End of central directory record".
        const int RecordBytes = 22;
        const int MaxEntryBytes = 512;
        var tail = new byte[Math.Min(package.Length, RecordBytes + ushort.MaxValue)];
        package.Position = package.Length - tail.Length;
        await package.ReadExactlyAsync(tail, cancellationToken).ConfigureAwait(false);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < RecordBytes)
        {
            throw new WorkerPackageException("The package is no zip.");
        }

        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var directoryBytes = package.Length - tail.Length + end - start;
        if (directoryBytes < 0)
        {
            throw new WorkerPackageException("The package is no zip that can be read: its list of entries is not where it says.");
        }

        if (entries > limits.MaxEntries || directoryBytes > (long)MaxEntryBytes * limits.MaxEntries)
        {
            throw TooManyEntries(limits);
        }
    }

    private static void ThrowIfUnfit(ZipArchive zip, WorkerPackageLimits limits)
    {
        if (zip.Entries.Count > limits.MaxEntries)
        {
            throw TooManyEntries(limits);
        }

        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var folders = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        long bytes = 0;
        foreach (var entry in zip.Entries)
        {
            ThrowIfUnfit(entry);
            bytes += entry.Length;
            if (entry.Length < 0 || bytes > limits.MaxUnpackedBytes)
            {
                throw TooManyBytes(limits.MaxUnpackedBytes);
            }

            var path = entry.FullName.TrimEnd('/');
            if (!IsFolder(entry) && !files.Add(path))
            {
                throw new WorkerPackageException($"The package holds '{entry.FullName}' twice.");
            }

            for (var slash = entry.FullName.LastIndexOf('/'); slash > 0; slash = entry.FullName.LastIndexOf('/', slash - 1))
            {
                folders.Add(entry.FullName[..slash]);
            }
        }

        if (files.FirstOrDefault(folders.Contains) is { } both)
        {
            throw new WorkerPackageException($"The package holds '{both}' as a file and as a folder.");
        }
    }

    private static void ThrowIfUnfit(ZipArchiveEntry entry)
    {
        if (!RelativePath.IsValid(IsFolder(entry) ? entry.FullName[..^1] : entry.FullName))
        {
            throw new WorkerPackageException(
                $"The package holds an entry named '{Printable(entry.FullName)}': an entry's name {RelativePath.Rule}.");
        }

        if (((entry.ExternalAttributes >> 16) & UnixTypeMask) is not (0 or UnixFile or UnixFolder))
        {
            throw new WorkerPackageException(
                $"The package holds '{entry.FullName}', which is neither a file nor a folder: links are not extracted.");
        }

        if (entry.IsEncrypted)
        {
            throw new WorkerPackageException($"The package holds '{entry.FullName}', which is encrypted.");
        }
    }

    private static Stream Create(ZipArchiveEntry entry, string folder)
    {
        var path = Path.GetFullPath(Path.Combine(folder, entry.FullName));
        if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"'{entry.FullName}' was checked and yet leads out of its folder.");
        }

        if (IsFolder(entry))
        {
            Directory.CreateDirectory(path);
            return Stream.Null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            var mode = (UnixFileMode)((entry.ExternalAttributes >> 16) & 0x1FF);
            options.UnixCreateMode = ReadableByAll | (mode & AnyExecute);
        }

        return new FileStream(path, options);
    }

    private static async Task<long> CopyAsync(
        Stream content, Stream target, ZipArchiveEntry entry, long limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long total = 0;
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                total += read;
                if (total > limit)
                {
                    throw TooManyBytes(limit);
                }

                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            return total == entry.Length
                ? total
                : throw new WorkerPackageException($"The package declares {entry.Length} bytes for '{entry.FullName}', which has {total}.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsFolder(ZipArchiveEntry entry) => entry.FullName.EndsWith('/');

    private static string Printable(string name) => string.Concat(name.Take(200).Select(c => char.IsControl(c) ? '?' : c));

    private static WorkerPackageException TooManyEntries(WorkerPackageLimits limits) =>
        new($"The package holds more than {limits.MaxEntries} files and folders, which is the limit.");

    private static WorkerPackageException TooManyBytes(long limit) =>
        new($"The package unpacks to more than {limit} bytes, which is the limit.");
}
