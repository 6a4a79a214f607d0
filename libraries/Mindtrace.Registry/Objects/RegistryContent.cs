using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mindtrace.Registry;

/// <summary>What one version of a registry object holds: a few small files, and metadata about them.</summary>
public sealed class RegistryContent
{
    /// <summary>The most bytes that the files of one version may have together: 4 MiB. Larger things are packages.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Makes content of files and metadata, both copied.</summary>
    /// <param name="files">
    /// At least one file by relative path. A path is segments of A-Z, a-z, 0-9, <c>.</c>, <c>_</c> and <c>-</c> joined by <c>/</c>;
    /// a segment has up to 96 characters, begins with a letter, a digit or <c>_</c> and does not end with <c>.</c>.
    /// </param>
    /// <param name="metadata">
    /// Fields that are stored beside the files. <c>hash</c>, <c>path</c>, <c>_files</c> and <c>_storage</c> are the registry's own.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no file, a path breaks the rule, the files exceed <see cref="MaxBytes"/>, or a metadata field is the registry's own.
    /// </exception>
    public RegistryContent(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, IReadOnlyDictionary<string, JsonElement>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
        {
            throw new ArgumentException("A registry object has at least one file.", nameof(files));
        }

        if (files.Keys.FirstOrDefault(path => !path.Split('/').All(RegistryName.IsSegment)) is { } badPath)
        {
            throw new ArgumentException(
                $"'{badPath}' is no file path: use letters, digits, '.', '_' and '-', with '/' between folders.", nameof(files));
        }

        var bytes = files.Values.Sum(file => (long)file.Length);
        if (bytes > MaxBytes)
        {
            throw new ArgumentException(
                $"The files have {bytes} bytes; a registry object may have {MaxBytes}. Store larger things as a package.", nameof(files));
        }

        if (metadata?.Keys.FirstOrDefault(VersionRecord.IsReserved) is { } reserved)
        {
            throw new ArgumentException($"The metadata field '{reserved}' is written by the registry itself.", nameof(metadata));
        }

        var ordered = new SortedDictionary<string, ReadOnlyMemory<byte>>(PathOrder.Instance);
        foreach (var (path, file) in files)
        {
            ordered.Add(path, file.ToArray());
        }

        Files = new ReadOnlyDictionary<string, ReadOnlyMemory<byte>>(ordered);
        Metadata = (metadata ?? ReadOnlyDictionary<string, JsonElement>.Empty)
            .ToDictionary(field => field.Key, field => field.Value.Clone(), StringComparer.Ordinal).AsReadOnly();
        Hash = ComputeHash(Files);
    }

    /// <summary>Gets the files by relative path, in path order.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; }

    /// <summary>Gets the fields stored beside the files.</summary>
    public IReadOnlyDictionary<string, JsonElement> Metadata { get; }

    /// <summary>Gets the SHA-256 over each file's path and bytes, in path order: 64 lower-case hexadecimal digits.</summary>
    public string Hash { get; }

    private static string ComputeHash(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, file) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path));
            hash.AppendData(file.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Paths are compared folder by folder, as Python compares them: "a/b" comes before "a-b", although '-' is below '/'.
    private sealed class PathOrder : IComparer<string>
    {
        public static readonly PathOrder Instance = new();

        public int Compare(string? x, string? y) => string.CompareOrdinal(x?.Replace('/', '\0'), y?.Replace('/', '\0'));
    }
}
