using System.Runtime.CompilerServices;

namespace Mindtrace.Registry;

/// <summary>Versioned objects over a blob store: saving replaces the live version of a name and keeps the ones before it.</summary>
/// <remarks>
/// <para>Promises, with any number of programs on one store and no lock anywhere:</para>
/// <list type="bullet">
/// <item>Each save that returns is a version of its own, and stays in the history.</item>
/// <item>A reader sees one version whole: its files lie under an id of their own and are never changed, and their hash is checked.</item>
/// <item>A save has a greater <see cref="RegistryVersion.Id"/> than the version that it found live, whatever the clocks say.</item>
/// <item>Of saves that run at the same time, the one whose last write arrived last is live, which need not be the one with the greatest id.</item>
/// <item>A save that throws may have become a version, may even be live: the answer of its last write can be lost.</item>
/// </list>
/// <para>
/// Limits. The store must show a finished write to the next read. A Python registry on the same store sees the live
/// version as <c>1.0.0</c> and may replace it, which shows here as a new live version; it deletes the files of the version that it
/// replaces, so that one stays listed in the history but can no longer be read. The history has no end: it grows by one record and
/// the files of the version with each save.
/// </para>
/// <para>
/// Every method throws a <see cref="RegistryException"/> when the store fails: <see cref="RegistryUnavailableException"/>,
/// <see cref="RegistryCredentialsException"/> or <see cref="RegistryAccessDeniedException"/>; and
/// <see cref="RegistryIntegrityException"/> when what is stored is damaged.
/// </para>
/// </remarks>
/// <param name="blobs">The store.</param>
/// <param name="time">Dates the versions.</param>
public sealed class ObjectRegistry(IBlobStore blobs, TimeProvider time)
{
    private volatile bool _settingsKnown;

    /// <summary>Saves a version of an object and makes it the live one.</summary>
    /// <returns>The version saved.</returns>
    public async Task<RegistryVersion> SaveAsync(RegistryName name, RegistryContent content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ThrowIfDefault(name);
        await EnsureSettingsAsync(cancellationToken);
        var id = NextId(await FindReplacedIdAsync(name, cancellationToken));
        var record = new VersionRecord(id, Now(), content.Hash, [.. content.Files.Keys], content.Metadata);
        var folder = RegistryLayout.FolderOf(name, id);
        foreach (var (path, file) in content.Files)
        {
            await blobs.WriteAsync($"{folder}/{path}", file, cancellationToken);
        }

        var json = record.ToJson($"{blobs.Location}/{folder}");
        await blobs.WriteAsync(RegistryLayout.HistoryKey(name, id), json, cancellationToken);
        await blobs.WriteAsync(RegistryLayout.LiveKey(name), json, cancellationToken);
        return Describe(name, record);
    }

    /// <summary>Reads the live version of an object.</summary>
    /// <returns>The version, or <see langword="null"/> if there is no such object.</returns>
    public async Task<RegistryObject?> FindAsync(RegistryName name, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(name);
        Guid? unreadable = null;
        while (await ReadRecordAsync(RegistryLayout.LiveKey(name), cancellationToken) is { } record)
        {
            if (await ReadContentAsync(name, record, cancellationToken) is { } content)
            {
                return new RegistryObject(Describe(name, record), content);
            }

            // Replaced and its files deleted between the two reads, as a Python registry does: look at what is live now.
            if (unreadable == record.Id)
            {
                throw new RegistryIntegrityException(
                    $"'{name}' has no files under '{RegistryLayout.FolderOf(name, record.Id)}', which its record names. Save it again.");
            }

            unreadable = record.Id;
        }

        return null;
    }

    /// <summary>Reads one version of an object, live or not.</summary>
    /// <returns>The version, or <see langword="null"/> if there is no such version or its files are gone.</returns>
    public async Task<RegistryObject?> FindAsync(RegistryName name, Guid version, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(name);
        var record = await ReadRecordAsync(RegistryLayout.HistoryKey(name, version), cancellationToken)
            ?? await ReadRecordAsync(RegistryLayout.LiveKey(name), cancellationToken);
        return record?.Id == version && await ReadContentAsync(name, record, cancellationToken) is { } content
            ? new RegistryObject(Describe(name, record), content)
            : null;
    }

    /// <summary>Lists the live versions of all objects, in no particular order.</summary>
    /// <param name="kind">Only objects of this <see cref="RegistryName.Kind"/>; all if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<RegistryVersion> ListAsync(
        string? kind = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var key in blobs.ListAsync(RegistryLayout.LivePrefixOf(kind), cancellationToken))
        {
            if (RegistryLayout.TryParseLiveKey(key, out var name) && await ReadRecordAsync(key, cancellationToken) is { } record)
            {
                yield return Describe(name, record);
            }
        }
    }

    /// <summary>Lists the versions of an object, the newest first, also those from before it was deleted.</summary>
    /// <remarks>A live version that a Python registry saved comes first; of such versions only the live one is known.</remarks>
    /// <returns>The versions; none if nothing was ever saved under this name.</returns>
    public async Task<IReadOnlyList<RegistryVersion>> HistoryAsync(RegistryName name, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(name);
        List<RegistryVersion> history = [];
        await foreach (var key in blobs.ListAsync(RegistryLayout.HistoryPrefix(name), cancellationToken))
        {
            if (await ReadRecordAsync(key, cancellationToken) is { } record)
            {
                history.Add(Describe(name, record));
            }
        }

        history.Sort((one, other) => other.Id.CompareTo(one.Id));
        if (await ReadRecordAsync(RegistryLayout.LiveKey(name), cancellationToken) is { } live
            && !history.Exists(version => version.Id == live.Id))
        {
            history.Insert(0, Describe(name, live));
        }

        return history;
    }

    /// <summary>Deletes an object: it is no longer found by name nor listed. Its history stays, and can still be read by version.</summary>
    /// <returns><see langword="false"/> if there was no such object.</returns>
    public async Task<bool> DeleteAsync(RegistryName name, CancellationToken cancellationToken = default)
    {
        ThrowIfDefault(name);
        var key = RegistryLayout.LiveKey(name);
        if (!await blobs.ExistsAsync(key, cancellationToken))
        {
            return false;
        }

        await blobs.DeleteAsync(key, cancellationToken);
        return true;
    }

    private static RegistryVersion Describe(RegistryName name, VersionRecord record) => new(name, record.Id, record.SavedAt, record.Hash);

    private static void ThrowIfDefault(RegistryName name)
    {
        if (name == default)
        {
            throw new ArgumentException("The name is empty.", nameof(name));
        }
    }

    // In microseconds, as it is stored: the version returned by a save equals the one that is found.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    // Greater than the version that is replaced, even if the clock here is behind the clock of whoever saved that one.
    private Guid NextId(Guid? replaced)
    {
        var now = time.GetUtcNow();
        if (replaced is { Version: 7 } id)
        {
            var savedAt = DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16));
            now = now > savedAt.AddMilliseconds(1) ? now : savedAt.AddMilliseconds(1);
        }

        return Guid.CreateVersion7(now);
    }

    private async Task<Guid?> FindReplacedIdAsync(RegistryName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadRecordAsync(RegistryLayout.LiveKey(name), cancellationToken))?.Id;
        }
        catch (RegistryIntegrityException)
        {
            // Saving again is the cure for a damaged record.
            return null;
        }
    }

    private async Task<VersionRecord?> ReadRecordAsync(string key, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(key, cancellationToken) is { } json ? VersionRecord.Parse(json, key) : null;

    private async Task<RegistryContent?> ReadContentAsync(RegistryName name, VersionRecord record, CancellationToken cancellationToken)
    {
        var folder = RegistryLayout.FolderOf(name, record.Id);
        Dictionary<string, ReadOnlyMemory<byte>> files = new(StringComparer.Ordinal);
        foreach (var path in record.Files)
        {
            if (await blobs.ReadAsync($"{folder}/{path}", cancellationToken) is not { } file)
            {
                return null;
            }

            files[path] = file;
        }

        RegistryContent content;
        try
        {
            content = new RegistryContent(files, record.Metadata);
        }
        catch (ArgumentException e)
        {
            throw new RegistryIntegrityException($"Version {record.Id} of '{name}' cannot be read: {e.Message}", e);
        }

        return content.Hash == record.Hash
            ? content
            : throw new RegistryIntegrityException(
                $"The files of version {record.Id} of '{name}' have the hash {content.Hash}, but were saved with {record.Hash}. Save it again.");
    }

    private async Task EnsureSettingsAsync(CancellationToken cancellationToken)
    {
        if (!_settingsKnown)
        {
            if (!await blobs.ExistsAsync(RegistryLayout.SettingsKey, cancellationToken))
            {
                await blobs.WriteAsync(RegistryLayout.SettingsKey, RegistryLayout.Settings, cancellationToken);
            }

            _settingsKnown = true;
        }
    }
}
