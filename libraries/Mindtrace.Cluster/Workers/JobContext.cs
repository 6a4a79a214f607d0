using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>What a worker's code knows of the job it runs, besides its input.</summary>
/// <param name="JobId">The job.</param>
/// <param name="JobType">Its type; none when the job is run outside of any queue and does not say.</param>
/// <param name="Attempt">The number of this attempt, from 1.</param>
/// <param name="Logger">Logs under the job's id and trace.</param>
public sealed record JobContext(JobId JobId, JobType? JobType, int Attempt, ILogger Logger)
{
    /// <summary>Gets what hears of progress; none when the job is run outside of any queue.</summary>
    internal Action? Progressed { get; init; }

    /// <summary>Gets what takes the job's log; none when the job is run outside of any queue.</summary>
    internal JobLogWriter? Log { get; init; }

    /// <summary>
    /// Prints a line to the job's log, which <c>job_logs</c> shows while the job runs and afterwards. The line is also a log record of the
    /// category <c>Mindtrace.Jobs.Output</c>, in the job's trace. Jobs run outside of any queue have that only.
    /// </summary>
    /// <remarks>
    /// A line is stored within a second, and all are before the job's outcome is. An attempt keeps <see cref="WorkerOptions.MaxLogBytes"/>; what
    /// it prints beyond is cut, and the log says so. May be called by several threads at once.
    /// </remarks>
    /// <param name="line">The line. One with line breaks is several, and one of more than 16,384 characters is kept in pieces.</param>
    /// <param name="stream">Where it was printed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when there is room for the line: it waits while the store is slow or away.</returns>
    public ValueTask WriteLineAsync(string line, JobLogStream stream = JobLogStream.Stdout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (Log is not null)
        {
            return Log.WriteLineAsync(stream, line, cancellationToken);
        }

        new JobOutputLog(Logger).Write(JobId, Attempt, stream, line);
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells that the attempt gets on. A job with a <see cref="Job.HeartbeatTimeout"/> is stopped when this is not called for so long. Cheap.</summary>
    public void ReportProgress() => Progressed?.Invoke();
}
