using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mindtrace.Jobs;

/// <summary>The spans and instruments of jobs. docs/telemetry.md lists them; a change here changes it.</summary>
/// <remarks>Names follow OpenTelemetry's messaging conventions where there is one, else they begin with <c>mindtrace.</c></remarks>
public sealed class JobsTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Mindtrace.Jobs";

    private const string JobIdTag = "mindtrace.job.id";
    private const string JobTypeTag = "mindtrace.job.type";
    private const string AttemptTag = "mindtrace.job.attempt";
    private const string OutcomeTag = "mindtrace.job.outcome";

    private static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> _submitted;
    private readonly Counter<long> _finished;
    private readonly UpDownCounter<long> _running;
    private readonly Histogram<double> _queueDuration;
    private readonly Histogram<double> _attemptDuration;

    /// <summary>Initializes a new instance of the <see cref="JobsTelemetry"/> class.</summary>
    /// <param name="meters">Makes the meter.</param>
    public JobsTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _submitted = meter.CreateCounter<long>("mindtrace.job.submitted", "{job}", "Jobs accepted.");
        _finished = meter.CreateCounter<long>("mindtrace.job.attempts", "{attempt}", "Attempts that ended, by outcome.");
        _running = meter.CreateUpDownCounter<long>("mindtrace.job.running", "{job}", "Jobs that run in this process.");
        _queueDuration = meter.CreateHistogram<double>("mindtrace.job.queue.duration", "s", "Time from acceptance to the start of an attempt.");
        _attemptDuration = meter.CreateHistogram<double>("mindtrace.job.attempt.duration", "s", "Time that an attempt ran.");
    }

    /// <summary>Begins the span of a publish, below the span in which the job was submitted.</summary>
    /// <param name="message">What is published.</param>
    /// <returns>The span; <see langword="null"/> when nobody listens or the job is not sampled.</returns>
    public static Activity? StartPublish(JobMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Start($"publish {message.JobType}", ActivityKind.Producer, "send", message);
    }

    /// <summary>Begins the span of an attempt, below the span of its publish, in the trace of its submit.</summary>
    /// <param name="message">The message that brought the job.</param>
    /// <param name="attempt">The number of the attempt, from 1.</param>
    /// <returns>The span; <see langword="null"/> when nobody listens or the job is not sampled.</returns>
    public static Activity? StartProcess(JobMessage message, int attempt)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Start($"process {message.JobType}", ActivityKind.Consumer, "process", message)?.SetTag(AttemptTag, attempt);
    }

    /// <summary>Begins the span in which runs of a schedule are submitted, the first of their trace.</summary>
    /// <param name="type">The type of their jobs.</param>
    /// <returns>The span; <see langword="null"/> when nobody listens.</returns>
    public static Activity? StartSchedule(JobType type) =>
        Source.StartActivity($"schedule {type}", ActivityKind.Internal)?.SetTag(JobTypeTag, type.Value);

    /// <summary>Counts a job that was accepted.</summary>
    /// <param name="type">Its type.</param>
    public void Submitted(JobType type) => _submitted.Add(1, new KeyValuePair<string, object?>(JobTypeTag, type.Value));

    /// <summary>Counts an attempt that begins.</summary>
    /// <param name="type">The job's type.</param>
    /// <param name="waited">How long the job waited; <see langword="null"/> when not known.</param>
    public void Started(JobType type, TimeSpan? waited)
    {
        var tag = new KeyValuePair<string, object?>(JobTypeTag, type.Value);
        _running.Add(1, tag);
        if (waited is { } wait)
        {
            _queueDuration.Record(wait.TotalSeconds, tag);
        }
    }

    /// <summary>Counts an attempt that ended.</summary>
    /// <param name="type">The job's type.</param>
    /// <param name="outcome">How it ended, in one word of a small set.</param>
    /// <param name="ran">How long it ran.</param>
    public void Ended(JobType type, string outcome, TimeSpan ran)
    {
        var tag = new KeyValuePair<string, object?>(JobTypeTag, type.Value);
        var outcomeTag = new KeyValuePair<string, object?>(OutcomeTag, outcome);
        _running.Add(-1, tag);
        _finished.Add(1, tag, outcomeTag);
        _attemptDuration.Record(ran.TotalSeconds, tag, outcomeTag);
    }

    private static Activity? Start(string name, ActivityKind kind, string operation, JobMessage message)
    {
        // Never below what happens to be current here: spans of several jobs are begun in one batch.
        var current = Activity.Current;
        Activity.Current = null;
        ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out var parent);
        var activity = Source.StartActivity(name, kind, parent);
        Activity.Current = kind == ActivityKind.Consumer ? activity ?? current : current;
        activity?.SetTag("messaging.operation.type", operation)
            .SetTag("messaging.destination.name", message.JobType.Value)
            .SetTag("messaging.message.id", message.JobId.Value)
            .SetTag(JobIdTag, message.JobId.Value)
            .SetTag(JobTypeTag, message.JobType.Value);
        return activity;
    }
}
