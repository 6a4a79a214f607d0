namespace Mindtrace.Reliability.Worker;

/// <summary>
/// What this process did, written line by line to a file of its own: what is written outlives a kill. A line is a word and a job,
/// <see cref="Executed"/> or <see cref="Recorded"/>.
/// </summary>
public sealed class LedgerWriter : IDisposable
{
    /// <summary>A message of the job was received.</summary>
    public const string Received = "received";

    /// <summary>The worker's code ran to its end.</summary>
    public const string Executed = "executed";

    /// <summary>The store took the outcome of an attempt.</summary>
    public const string Recorded = "recorded";

    /// <summary>The store refused the outcome of an attempt that others had ended.</summary>
    public const string Refused = "refused";

    /// <summary>The first part of the name of a file that says of which job, and after which step, a worker was killed: <c>death.JOB.STEP</c>.</summary>
    public const string Death = "death";

    private readonly Lock _lock = new();
    private readonly string _directory;
    private readonly FileStream _file;

    /// <summary>Opens the file.</summary>
    /// <param name="directory">The ledger that all workers write to.</param>
    public LedgerWriter(string directory)
    {
        _directory = directory;
        _file = new FileStream(Path.Combine(directory, $"{Environment.ProcessId}-{Guid.NewGuid():N}.txt"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Writes a line.</summary>
    public void Write(string what, string job)
    {
        var line = System.Text.Encoding.UTF8.GetBytes($"{what} {job}\n");
        lock (_lock)
        {
            _file.Write(line);
        }
    }

    /// <summary>Notes that a job's death wish is about to be granted.</summary>
    /// <returns>Whether it is the first time: a job kills one worker.</returns>
    public bool TryNoteDeath(string job, JobStep step)
    {
        try
        {
            // The step is in the name, not in the file: a reader never sees half a note.
            File.Open(Path.Combine(_directory, string.Join('.', Death, job, step)), FileMode.CreateNew).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
