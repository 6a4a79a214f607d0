namespace Mindtrace.Jobs;

/// <summary>The logs of jobs: their latest lines, and the index of the earlier ones, which the registry's store keeps.</summary>
/// <remarks>
/// Workers append. The manager moves what was appended to the registry's store, so that workers need no access to that, and deletes it
/// there when the job is forgotten. Every method throws <see cref="JobBackendUnavailableException"/> when the store cannot be reached.
/// </remarks>
public interface IJobLogStore
{
    /// <summary>Appends lines to the log of the job that an attempt runs. Repeating the call with the same number changes nothing.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="cancellationToken">Ends the wait; the lines may have been appended all the same.</param>
    /// <returns>Whether the lines are in the log; false when the attempt was ended by others.</returns>
    Task<bool> AppendAsync(AttemptKey attempt, JobLogAppend lines, CancellationToken cancellationToken);

    /// <summary>Reads where the lines of a log are, and those that are here.</summary>
    /// <param name="id">The job.</param>
    /// <param name="from">The number of the first line that is of interest, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The log at one moment; <see langword="null"/> when there is no such job.</returns>
    Task<JobLogParts?> ReadAsync(JobId id, long from, CancellationToken cancellationToken);

    /// <summary>Listens for lines that are appended to the log of one job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="onLines">Called after each append; must not block. Some may be missed while the connection is down.</param>
    /// <param name="cancellationToken">Ends the wait for the start of the listening.</param>
    /// <returns>Dispose it to stop listening.</returns>
    Task<IAsyncDisposable> ListenForLinesAsync(JobId id, Action onLines, CancellationToken cancellationToken);

    /// <summary>Takes the jobs whose lines here are to be moved: after an attempt's end, of long logs before that.</summary>
    /// <param name="limit">How many to take at most, 1 or more.</param>
    /// <param name="hold">How long the caller has to move them before they are to be taken again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The jobs, the longest due first.</returns>
    Task<IReadOnlyList<JobId>> TakeLogsToMoveAsync(int limit, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Notes that lines have been moved, and drops them here, unless somebody else moved them first.</summary>
    /// <param name="id">The job.</param>
    /// <param name="lines">The lines: those of one or more <see cref="JobLogParts.Latest"/>, from the first of these on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is noted.</returns>
    Task<bool> MoveAsync(JobId id, JobLogRange lines, CancellationToken cancellationToken);

    /// <summary>Lists the homes of logs whose jobs are forgotten.</summary>
    /// <param name="limit">How many to list at most, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The homes, in no particular order.</returns>
    Task<IReadOnlyList<string>> ListForgottenAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Notes that nothing is left in the home of a forgotten job.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is noted.</returns>
    Task ConfirmForgottenAsync(string home, CancellationToken cancellationToken);
}

/// <summary>Lines to append.</summary>
/// <param name="Number">Tells the appends of one attempt apart: 1, then one more each time.</param>
/// <param name="Text">The lines, as <see cref="JobLogText"/> writes them; may be empty.</param>
/// <param name="Lines">How many they are.</param>
/// <param name="IsLast">Whether the attempt appends no more.</param>
public sealed record JobLogAppend(int Number, ReadOnlyMemory<byte> Text, int Lines, bool IsLast)
{
    /// <summary>Gets how much of the attempt is kept. The default is all that its worker sends, which then keeps to a limit by itself.</summary>
    public JobLogLimit? Limit { get; init; }
}

/// <summary>How much of what an attempt prints is kept, for the store to count. The append that would exceed it, and all after it, are cut.</summary>
/// <param name="MaxBytes">The limit of all appends of the attempt, 0 or more.</param>
/// <param name="Bytes">What this append counts.</param>
/// <param name="Notice">One line that says so, in place of the first append that is cut, as <see cref="JobLogText"/> writes it.</param>
public sealed record JobLogLimit(long MaxBytes, long Bytes, ReadOnlyMemory<byte> Notice);

/// <summary>Lines of a log.</summary>
/// <param name="First">The number of the first, from 1.</param>
/// <param name="Last">The number of the last.</param>
public readonly record struct JobLogRange(long First, long Last);

/// <summary>A log at one moment.</summary>
/// <param name="Home">The place of the log in the registry's store, of this job only, whatever other job has had its id before.</param>
/// <param name="Moved">What is there, the first lines first.</param>
/// <param name="Latest">The lines from the one asked for on that are not there, the first of them first.</param>
public sealed record JobLogParts(string Home, IReadOnlyList<JobLogRange> Moved, IReadOnlyList<JobLogPart> Latest);

/// <summary>Lines of a log that follow on each other.</summary>
/// <param name="Lines">Which.</param>
/// <param name="Text">The lines, as <see cref="JobLogText"/> wrote them.</param>
public sealed record JobLogPart(JobLogRange Lines, ReadOnlyMemory<byte> Text);
