using System.Buffers.Binary;
using Tsavorite.core;

namespace Mindtrace.EmbeddedRedis;

/// <summary>
/// Looks after the append-only file where Garnet's own recovery does not: a process that is killed while it appends can leave
/// a file that Garnet reads as empty, without an error, and then overwrites.
/// </summary>
/// <remarks>
/// Garnet writes whole sectors. When the last one ends just behind the first 8 bytes of a commit record (its length, then its format
/// version), recovery reads zeros for the rest, and the record's XOR checksum holds for zeros: a commit of nothing, which outranks
/// all commits before it.
/// </remarks>
internal sealed class AppendOnlyFile(string directory)
{
    // A commit record: length (negated, to tell it from data), version, checksum, begin, until, number, length of a cookie.
    private const int CommitRecordLength = -40;
    private const int CommitRecordVersion = 1;
    private const int TornBytes = 2 * sizeof(int);
    private const int EndBytes = 64 * 1024;

    private readonly string _directory = Path.Combine(directory, "AOF");

    /// <summary>Wipes a commit record of which only the first 8 bytes were written. What it would have committed was never acknowledged.</summary>
    /// <returns>Whether there was one.</returns>
    public bool WipeTornCommit()
    {
        if (LastSegment() is not { } segment)
        {
            return false;
        }

        using var file = segment.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var end = new byte[Math.Min(EndBytes, file.Length)];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);

        // The version is the last thing that is not zero, whether or not the file goes on with zeros.
        var version = end.AsSpan().LastIndexOfAnyExcept((byte)0);
        if (version < sizeof(int)
            || end[version] != CommitRecordVersion
            || BinaryPrimitives.ReadInt32LittleEndian(end.AsSpan(version - sizeof(int))) != CommitRecordLength)
        {
            return false;
        }

        file.Seek(version - sizeof(int) - end.Length, SeekOrigin.End);
        file.Write(stackalloc byte[TornBytes]);
        file.Flush(flushToDisk: true);
        return true;
    }

    /// <summary>Finds how far the file was committed at least: Garnet notes it at every start and then every thousandth commit.</summary>
    /// <returns>The address behind the last noted commit, or 0 when none is noted.</returns>
    public long CommittedUntil()
    {
        var commits = new DirectoryInfo(Path.Combine(_directory, "log-commits"));
        return commits.Exists ? commits.EnumerateFiles("commit.*").Max(CommittedUntil) ?? 0 : 0;
    }

    private static long? CommittedUntil(FileInfo commit)
    {
        try
        {
            var bytes = File.ReadAllBytes(commit.FullName);
            var info = default(TsavoriteLogRecoveryInfo);
            info.Initialize(bytes.AsSpan(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(bytes)));
            return info.UntilAddress;
        }
        catch (Exception fault) when (fault is TsavoriteException or ArgumentOutOfRangeException or FileNotFoundException)
        {
            // Cut off while it was written, or just now removed as outdated: another one stands.
            return null;
        }
    }

    private FileInfo? LastSegment()
    {
        var files = new DirectoryInfo(_directory);
        return !files.Exists ? null : files.EnumerateFiles("aof.log.*")
            .Where(file => file.Length >= TornBytes)
            .MaxBy(file => int.TryParse(file.Extension.AsSpan(1), out var number) ? number : -1);
    }
}
