using System.Globalization;
using Garnet;

namespace Mindtrace.EmbeddedRedis;

/// <summary>Garnet, set up so that what it acknowledged survives the death of its process.</summary>
internal sealed class DurableGarnetServer(EmbeddedRedisOptions options, string directory, ILoggerFactory loggerFactory)
    : GarnetServer(Arguments(options, directory), loggerFactory)
{
    /// <summary>Gets the address up to which the append-only file was read back.</summary>
    public long RecoveredUntil => storeWrapper.TailAddress[0];

    /// <summary>Writes the whole store to disk, so that the next start replays next to nothing.</summary>
    public Task TakeCheckpointAsync(CancellationToken cancellationToken) =>
        storeWrapper.TakeCheckpointAsync(background: false, token: cancellationToken);

    private static string[] Arguments(EmbeddedRedisOptions options, string directory) =>
    [
        "--bind", "127.0.0.1",
        "--port", options.Port.ToString(CultureInfo.InvariantCulture),
        .. options.Password is { Length: > 0 } password ? (string[])["--auth", "Password", "--password", password] : [],

        // The managed file device: the native one needs libaio, which a bare machine does not have.
        "--device-type", "RandomAccess",
        "--checkpointdir", directory,
        "--logdir", directory,

        // A reply is sent once the append-only file holds the write; a start that cannot read it all back fails.
        "--aof", "true",
        "--aof-commit-wait", "true",
        "--recover", "true",
        "--fail-on-recovery-error", "true",

        // A session that waits for the disk holds a thread of the pool, and the disk's answer needs one too:
        // with the default minimum, one thread a core, eight writing clients stood still for seconds.
        "--minthreads", "512",
        "--miniothreads", "64",

        // Beyond this size a checkpoint is taken and the file cut behind it, in whole segments.
        "--aof-size-limit", "256m",
        "--aof-segment-size", "64m",

        // Without the storage tier, records that no longer fit in memory would be dropped, as a cache does. No compaction:
        // in this version it stalls all writers for good once it runs beside them. So the files only grow on disk.
        "--storage-tier", "true",
        "--segment", "64m",
        "--object-log-segment", "64m",

        "--lua", "true",
        "--lua-transaction-mode", "true",

        "--memory", "256m",
        "--page", "1m",
        "--index", "16m",
        "--aof-memory", "64m",
        "--aof-page-size", "8m",
        "-q", "true",
    ];
}
