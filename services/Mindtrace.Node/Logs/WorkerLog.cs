using System.Runtime.CompilerServices;

namespace Mindtrace.Node.Logs;

/// <summary>
/// The file that one worker's process writes its output to, by itself: what it writes while the node is away is not lost. A file that
/// has grown too large is emptied; what was in it is kept beside it until the next time.
/// </summary>
internal sealed class WorkerLog(string path, long maxBytes, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets the path of the file.</summary>
    public string FilePath { get; } = path;

    private string FormerPath => FilePath + ".1";

    /// <summary>Reads the last lines.</summary>
    public IReadOnlyList<string> ReadTail(int lines)
    {
        var tail = new Queue<string>();
        foreach (var line in LineReader.ReadAll(FormerPath).Concat(LineReader.ReadAll(FilePath)))
        {
            tail.Enqueue(line);
            if (tail.Count > lines)
            {
                tail.Dequeue();
            }
        }

        return [.. tail];
    }

    /// <summary>Reads the last lines, and then those to come until the worker has ended.</summary>
    /// <param name="tail">How many of the lines that are there already.</param>
    /// <param name="ended">Ends with the worker.</param>
    /// <param name="trim">Whether to empty the file once it is too large and read to its end.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<string> FollowAsync(
        int tail, Task ended, bool trim, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new LineReader(FilePath);
        var last = new Queue<string>();
        foreach (var line in LineReader.ReadAll(FormerPath, lastToo: false).Concat(reader.Read()))
        {
            last.Enqueue(line);
            if (last.Count > tail)
            {
                last.Dequeue();
            }
        }

        foreach (var line in last)
        {
            yield return line;
        }

        var hasEnded = false;
        while (!hasEnded)
        {
            // Asked before the file is read: what a process wrote before its end is then read as well.
            hasEnded = ended.IsCompleted;
            foreach (var line in reader.Read())
            {
                yield return line;
            }

            if (trim)
            {
                Trim();
            }

            if (!hasEnded)
            {
                await Task.WhenAny(ended, Task.Delay(LookInterval, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        if (reader.Rest is { } rest)
        {
            yield return rest;
        }
    }

    public void Delete()
    {
        File.Delete(FilePath);
        File.Delete(FormerPath);
    }

    /// <summary>Empties the file if it is too large. What is written in this very moment may be lost.</summary>
    private void Trim()
    {
        var file = new FileInfo(FilePath);
        if (!file.Exists || file.Length <= maxBytes)
        {
            return;
        }

        file.CopyTo(FormerPath, overwrite: true);

        // The worker appends: what it writes next is at the file's new end.
        using var emptied = new FileStream(FilePath, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }
}
