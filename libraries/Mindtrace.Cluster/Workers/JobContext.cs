using System.Text.Json;
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
    /// <summary>Gets what takes what the code tells; none when the job is run outside of any queue.</summary>
    internal AttemptReport? Report { get; init; }

    /// <summary>Gets what the code may hand on of its job; none when the job is run outside of any queue.</summary>
    internal RunningJob? Running { get; init; }

    /// <summary>
    /// Gets what lets processes and containers that the code starts call its worker about this job: they can read its payload, print to its
    /// log and report progress (<see cref="OwnJobOperations"/>), and nothing else.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The capability, the same for each call; it ends with the attempt. None when the job is run outside of any queue.</returns>
    public async Task<JobCapability?> GetCapabilityAsync(CancellationToken cancellationToken) =>
        Running is null ? null : await Running.GetCapabilityAsync(cancellationToken).ConfigureAwait(false);

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
        if (Report is not null)
        {
            return Report.Log.WriteLineAsync(stream, line, cancellationToken);
        }

        new JobOutputLog(Logger).Write(JobId, Attempt, stream, line);
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells that the attempt gets on. A job with a <see cref="Job.HeartbeatTimeout"/> is stopped when this is not called for so long. Cheap.</summary>
    public void ReportProgress() => Report?.Progressed();

    /// <summary>Tells what exactly is run, such as the commit that was checked out. It stands in the job's record once the attempt has ended.</summary>
    /// <param name="name">What is told, such as <c>commit</c>. A later value of the name replaces an earlier one.</param>
    /// <param name="value">The value, some hundred characters at most: each job keeps it.</param>
    public void ReportFact(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Report?.AddFact(name, value);
    }

    /// <summary>
    /// Tells how the payload would name just what is run, where it names something that changes: the commit in place of the branch.
    /// <c>replay_job</c> then runs that. A later call replaces an earlier one.
    /// </summary>
    /// <param name="patch">A JSON merge patch (RFC 7396) of the payload.</param>
    public void PinPayload(JsonElement patch) => Report?.Pin(patch.Clone());
}
