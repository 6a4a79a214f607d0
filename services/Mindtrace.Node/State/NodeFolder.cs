using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Node.Launching;
using Mindtrace.Node.Logs;
using Mindtrace.Services;

namespace Mindtrace.Node.State;

/// <summary>What this node owns, in a folder of its own: a record for each worker's process, and the files that workers write their output to.</summary>
internal sealed partial class NodeFolder(IOptions<LaunchOptions> options, TimeProvider time, ILogger<NodeFolder> logger) : IDisposable
{
    private static readonly TimeSpan LockLookInterval = TimeSpan.FromMilliseconds(250);

    private string? _folder;
    private FileStream? _lock;

    private string Records => Path.Combine(_folder ?? throw new InvalidOperationException("The folder is not open yet."), "launches");

    private string Logs => Path.Combine(_folder ?? throw new InvalidOperationException("The folder is not open yet."), "logs");

    /// <summary>Opens the state of the node at a URL. A run of the same node that has not quite ended yet is waited for.</summary>
    /// <returns>What an earlier run of this node left.</returns>
    public async Task<IReadOnlyList<LaunchRecord>> OpenAsync(Uri node, CancellationToken cancellationToken)
    {
        _folder = Path.Combine(options.Value.StateDirectory, $"{string.Concat(node.Host.Split(Path.GetInvalidFileNameChars()))}-{node.Port}");
        MakeFolder(_folder);
        MakeFolder(Records);
        MakeFolder(Logs);
        var path = Path.Combine(_folder, "lock");
        if ((_lock = TryLock(path)) is null)
        {
            LogWaiting(path);
        }

        while (_lock is null)
        {
            await Task.Delay(LockLookInterval, time, cancellationToken);
            _lock = TryLock(path);
        }

        List<LaunchRecord> records = [];
        foreach (var file in Directory.EnumerateFiles(Records, "*.json"))
        {
            if (await ReadAsync(file, cancellationToken) is { } record)
            {
                records.Add(record);
            }
        }

        var kept = records.Select(record => record.WorkerId.ToString()).ToHashSet();
        foreach (var log in Directory.EnumerateFiles(Logs).Where(log => !kept.Contains(Path.GetFileName(log).Split('.')[0])))
        {
            File.Delete(log);
        }

        return records;
    }

    /// <summary>Puts a worker's process on record, in the place of an earlier one of the launch.</summary>
    public void Save(LaunchRecord record)
    {
        var path = RecordPath(record.LaunchId);
        var written = path + ".new";
        using (var file = new FileStream(written, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, record, ServiceJson.Options);
            file.Flush(flushToDisk: true);
        }

        File.Move(written, path, overwrite: true);
    }

    /// <summary>Strikes a launch off the record: nothing is left of its process.</summary>
    public void Remove(Guid launch) => File.Delete(RecordPath(launch));

    /// <summary>Names the log of a worker.</summary>
    public WorkerLog LogOf(Guid worker) => new(Path.Combine(Logs, $"{worker}.log"), options.Value.WorkerLogBytes, time);

    public void Dispose() => _lock?.Dispose();

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Makes a folder for this user's eyes only: what workers write may be nobody else's business.</summary>
    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string RecordPath(Guid launch) => Path.Combine(Records, $"{launch}.json");

    private async Task<LaunchRecord?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<LaunchRecord>(file, ServiceJson.Options, cancellationToken);
        }
        catch (JsonException fault)
        {
            LogUnreadable(path, fault.Message);
            File.Delete(path);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Another run of this node holds {Path}; its end is waited for")]
    private partial void LogWaiting(string path);

    [LoggerMessage(LogLevel.Warning, "The record {Path} is dropped, it cannot be read: {Reason}")]
    private partial void LogUnreadable(string path, string reason);
}
