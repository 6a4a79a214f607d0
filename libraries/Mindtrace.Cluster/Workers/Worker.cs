using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Code that runs jobs: a class with one method. Host it with <see cref="WorkerHost"/>.</summary>
/// <remarks>
/// Returning completes the job. Throwing fails the attempt, which is made again while attempts are left, and prints the exception to the job's
/// log; throw <see cref="JobFailedException"/> to say more. One instance serves all jobs of a process, several at once if the worker's
/// concurrency allows. The same job may be run more than once when a worker is lost: what it changes elsewhere is to bear that.
/// </remarks>
/// <typeparam name="TInput">What the payload is read into.</typeparam>
/// <typeparam name="TOutput">What the output is written from.</typeparam>
public abstract partial class Worker<TInput, TOutput> : IWorker
{
    private static readonly JobSchema<TInput, TOutput> Json = new("json");

    /// <summary>Gets how input and output are read and written. The default is snake_case.</summary>
    protected virtual JsonSerializerOptions SerializerOptions => Json.SerializerOptions;

    /// <inheritdoc/>
    public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs one job.</summary>
    /// <param name="input">The job's input.</param>
    /// <param name="context">The job.</param>
    /// <param name="cancellationToken">Cancelled when the job is to stop: cancelled, timed out, or the worker shuts down.</param>
    /// <returns>The job's output.</returns>
    public abstract Task<TOutput> RunAsync(TInput input, JobContext context, CancellationToken cancellationToken);

    /// <inheritdoc/>
    async Task<JobOutcome> IWorker.RunAsync(JsonElement payload, JobContext context, CancellationToken cancellationToken)
    {
        TInput? input;
        try
        {
            input = payload.Deserialize<TInput>(SerializerOptions);
        }
        catch (Exception invalid)
        {
            // Not only what JSON refuses: constructors and setters of the input are the worker's own code.
            return new JobOutcome.NotRunnable($"The payload is no {typeof(TInput).Name}: {invalid.Message}", JobsJson.EmptyObject);
        }

        if (input is null)
        {
            return new JobOutcome.NotRunnable($"The payload is null, no {typeof(TInput).Name}.", JobsJson.EmptyObject);
        }

        try
        {
            var output = await RunAsync(input, context, cancellationToken).ConfigureAwait(false);
            return new JobOutcome.Completed(JsonSerializer.SerializeToElement(output, SerializerOptions));
        }
        catch (JobStoppedException stopped) when (cancellationToken.IsCancellationRequested)
        {
            throw new JobStoppedException(WriteFailureOutput(stopped.Output, context), stopped);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (JobFailedException failed)
        {
            var output = WriteFailureOutput(failed.Output, context);
            return failed.IsFinal
                ? new JobOutcome.Rejected(failed.Message, output)
                : new JobOutcome.Failed(failed.Message, output, failed.RetryAfter) { ErrorTypes = NamesOf(failed) };
        }
        catch (Exception fault)
        {
            LogFault(context.Logger, fault, context.JobId);
            await PrintAsync(context, fault).ConfigureAwait(false);
            return new JobOutcome.Failed($"{fault.GetType().Name}: {fault.Message}", JobsJson.EmptyObject) { ErrorTypes = NamesOf(fault) };
        }
    }

    /// <summary>Shows where the code failed to whoever reads the job's log, as a process of its own would on its standard error.</summary>
    private static ValueTask PrintAsync(JobContext context, Exception fault) =>
        context.WriteLineAsync(fault.ToString(), JobLogStream.Stderr, CancellationToken.None);

    /// <summary>Names the type of an error and all that it derives from, each simply and in full.</summary>
    private static HashSet<string> NamesOf(Exception fault)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var type = fault.GetType(); type != typeof(object); type = type.BaseType!)
        {
            names.Add(type.Name);
            names.Add(type.FullName ?? type.Name);
        }

        return names;
    }

    private JsonElement WriteFailureOutput(object? output, JobContext context)
    {
        try
        {
            return output is null ? JobsJson.EmptyObject : JsonSerializer.SerializeToElement(output, SerializerOptions);
        }
        catch (Exception fault)
        {
            // The failure's own reason is worth more than what came along with it.
            LogOutputLost(context.Logger, fault, context.JobId);
            return JobsJson.EmptyObject;
        }
    }

    [LoggerMessage(LogLevel.Error, "The worker's code failed on job {JobId}")]
    private static partial void LogFault(ILogger logger, Exception fault, JobId jobId);

    [LoggerMessage(LogLevel.Warning, "What the failed attempt at job {JobId} produced cannot be written as JSON and is left out")]
    private static partial void LogOutputLost(ILogger logger, Exception fault, JobId jobId);
}
