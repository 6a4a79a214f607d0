using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <summary>The state machine with a memory: what a store must do, said by <see cref="JobStateMachine"/> alone.</summary>
public sealed class JobModel
{
    public static readonly JobType Routed = JobType.Parse("routed");
    public static readonly JobType Unrouted = JobType.Parse("unrouted");
    public static readonly WorkerId Worker = WorkerId.Parse("worker-1");
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Dictionary<JobId, JobRecord> _records = [];

    public IReadOnlyDictionary<JobId, JobRecord> Records => _records;

    public static JobId Id(int job) => JobId.Parse($"job-{job}");

    public static AttemptKey Key(int job, int token) => new(Id(job), Routed, AttemptToken.Parse($"token-{token}"));

    public static Job Job(int job, JobType type, int maxAttempts, DateTimeOffset? notBefore) => new()
    {
        Id = Id(job),
        SchemaName = type,
        Payload = JsonElement.Parse("""{"big":9007199254740993,"empty":[],"text":"ä\n|"}"""),
        MaxAttempts = maxAttempts,
        NotBefore = notBefore,
        Priority = job,
        Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    private static readonly JobProvenance Provenance = new(1, "A.Worker", "1.2.3+ä", "machine")
    {
        Node = "http://node:8003/",
        Facts = ImmutableSortedDictionary<string, string>.Empty.Add("commit", "a|b\n"),
        Pins = JsonElement.Parse("""{"git":{"commit":9007199254740993}}"""),
    };

    public static readonly JsonElement OtherPayload = JsonElement.Parse("""{"edited":true}""");

    public static Job Unique(int job, int key) => Job(job, Routed, 1, null) with { UniqueKey = $"key | {key}" };

    /// <summary>A job with some of the limits, each of another length.</summary>
    public static Job Limited(Job job, int limits)
    {
        return job with
        {
            WaitTimeout = Seconds(0, 9),
            Timeout = Seconds(1, 6),
            JobTimeout = Seconds(2, 14),
            HeartbeatTimeout = Seconds(3, 4),
            MaxDeaths = (limits & 16) == 0 ? null : 1,
        };

        TimeSpan? Seconds(int bit, int seconds) => (limits & (1 << bit)) == 0 ? null : TimeSpan.FromSeconds(seconds);
    }

    public static JobOutcome Outcome(OutcomeKind kind, TimeSpan retryAfter)
    {
        var output = JsonElement.Parse("""{"n":1e400,"list":[]}""");
        return kind switch
        {
            OutcomeKind.Completed => new JobOutcome.Completed(output) { Provenance = Provenance },
            OutcomeKind.Failed => new JobOutcome.Failed("it failed | again\n", output, retryAfter) { Provenance = Provenance },
            OutcomeKind.Rejected => new JobOutcome.Rejected("it will never do", output),
            OutcomeKind.NotRunnable => new JobOutcome.NotRunnable("it cannot be run", output),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>Lets one command happen, and answers what a store is to answer.</summary>
    public string Apply(JobCommand command, DateTimeOffset now) => command switch
    {
        JobCommand.Submit it => Change(Id(it.Job), record =>
            JobStateMachine.Submit(record, Job(it.Job, Routed, it.MaxAttempts, NotBefore(now, it.NotBeforeSeconds)), JobRoute.Queue, Hold, now)),
        JobCommand.SubmitUnrouted it => Change(Id(it.Job), record =>
            JobStateMachine.Submit(record, Job(it.Job, Unrouted, 1, null), route: null, Hold, now)),
        JobCommand.SubmitUnique it => SubmitUnique(Unique(it.Job, it.Key), now),
        JobCommand.AdoptUnique it => Change(Id(it.Job), record => JobStateMachine.Adopt(
            record, Unique(it.Job, it.Key), HolderOf(Unique(it.Job, it.Key)) is not null, null, null, Key(it.Job, it.Token).Token, Worker, Lease, now)),
        JobCommand.SubmitLimited it => Change(Id(it.Job), record => JobStateMachine.Submit(
            record, Limited(Job(it.Job, Routed, it.MaxAttempts, NotBefore(now, it.NotBeforeSeconds)), it.Limits), JobRoute.Queue, Hold, now)),
        JobCommand.AdoptLimited it => Change(Id(it.Job), record => JobStateMachine.Adopt(
            record, Limited(Job(it.Job, Routed, 1, null), it.Limits), keyHeld: false, null, null, Key(it.Job, it.Token).Token, Worker, Lease, now)),
        JobCommand.Claim it => Change(Id(it.Job), record =>
            JobStateMachine.Claim(record, Key(it.Job, it.Token).Token, Worker, TimeSpan.FromSeconds(it.LeaseSeconds), now)),
        JobCommand.Adopt it => Change(Id(it.Job), record =>
            JobStateMachine.Adopt(
                record, Job(it.Job, Routed, 1, NotBefore(now, it.NotBeforeSeconds)), keyHeld: false, null, null, Key(it.Job, it.Token).Token, Worker, Lease, now)),
        JobCommand.Renew it => Change(Id(it.Job), record =>
            JobStateMachine.Renew(record, Key(it.Job, it.Token).Token, TimeSpan.FromSeconds(it.SilenceSeconds), Lease, now)),
        JobCommand.EndOverrun it => EndOverrun(it, now),
        JobCommand.Finish it => Change(Id(it.Job), record =>
            JobStateMachine.Finish(record, Key(it.Job, it.Token).Token, Outcome(it.Kind, TimeSpan.FromSeconds(it.RetrySeconds)), now)),
        JobCommand.Release it => Change(Id(it.Job), record => JobStateMachine.Release(record, Key(it.Job, it.Token).Token, now)),
        JobCommand.Reap it => Reap(it, now),
        JobCommand.Cancel it => Change(Id(it.Job), record => JobStateMachine.Cancel(record, now)),
        JobCommand.Requeue it => Requeue(it, now),
        JobCommand.Discard it => Change(Id(it.Job), JobStateMachine.Discard),
        JobCommand.TakeDue it => TakeDue(it.Confirm, now),
        JobCommand.Redispatch => Redispatch(now),
        JobCommand.Advance => "",
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    /// <summary>Lets one transition happen to one job, and answers what a store is to answer.</summary>
    public string Change<TAnswer>(JobId id, Func<JobRecord?, (JobRecord? Record, TAnswer Answer)> transition)
    {
        var (next, answer) = transition(_records.GetValueOrDefault(id));
        if (next is not null)
        {
            _records[id] = next;
        }

        return Answer(answer);
    }

    /// <summary>The running attempt as a reaper sees it; none when the job does not run.</summary>
    public RunningAttempt? Seen(int job) => _records.GetValueOrDefault(Id(job)) is { State: JobState.Running } record
        ? new RunningAttempt(new AttemptKey(record.Job.Id, record.Job.SchemaName, record.Token!.Value), record.Worker!.Value, record.LeaseExpiresAt!.Value)
        : null;

    /// <summary>A lease that ends later than the one seen, whatever the clock says.</summary>
    public static TimeSpan LeaseBeyond(RunningAttempt seen, DateTimeOffset now) => seen.LeaseExpiresAt - now + TimeSpan.FromSeconds(1);

    public static DateTimeOffset? NotBefore(DateTimeOffset now, int seconds) => seconds == 0 ? null : now.AddSeconds(seconds);

    /// <summary>All of a record as text, to be compared and read.</summary>
    public static string Describe(JobRecord? record) => record is null ? "none" : string.Join(
        '\n',
        JsonSerializer.Serialize(record.Job, JobsJson.Default.Job),
        $"{record.State} route={record.Route?.Target} attempt={record.Attempt} failures={record.Failures} deaths={record.Deaths}",
        $"token={record.Token} ended={record.Ended} worker={record.Worker} key={record.UniqueKey} cancel={record.CancelRequested} dead={record.IsDeadLetter}",
        string.Create(CultureInfo.InvariantCulture, $"accepted={record.AcceptedAt:O} due={record.DueAt:O} dispatch={record.DispatchAt:O}"),
        string.Create(CultureInfo.InvariantCulture, $"started={record.StartedAt:O} finished={record.FinishedAt:O} lease={record.LeaseExpiresAt:O}"),
        string.Create(CultureInfo.InvariantCulture, $"expires={record.ExpiresAt:O} cancelled={record.CancelRequestedAt:O} progress={record.ProgressAt:O} silence={record.Silence}"),
        $"output={record.Output?.GetRawText()} error={record.Error}",
        record.Provenance is null ? "" : JsonSerializer.Serialize(record.Provenance, JobsJson.Default.JobProvenance),
        string.Join('\n', record.Attempts));

    private static string Answer<T>(T answer) => answer switch
    {
        JobRecord record => Describe(record),
        _ => answer!.ToString()!,
    };

    private string Reap(JobCommand.Reap it, DateTimeOffset now)
    {
        if (Seen(it.Job) is not { } seen)
        {
            return "nothing runs";
        }

        if (it.RenewedMeanwhile)
        {
            Change(Id(it.Job), record => JobStateMachine.Renew(record, seen.Key.Token, TimeSpan.Zero, LeaseBeyond(seen, now), now));
        }

        return Change(Id(it.Job), record =>
            JobStateMachine.Reap(record, seen.Key.Token, seen.LeaseExpiresAt, "the worker | is gone", it.MaxDeaths, now));
    }

    private string EndOverrun(JobCommand.EndOverrun it, DateTimeOffset now)
    {
        if (_records.GetValueOrDefault(Id(it.Job)) is not { } before)
        {
            return "nothing is there";
        }

        var limit = "";
        Change(Id(it.Job), record =>
        {
            var (next, overrun) = JobStateMachine.EndOverrun(record, Grace, TimeSpan.FromSeconds(it.RetrySeconds), now);
            limit = overrun.ToString();
            return (next, "");
        });
        return DescribeOverrun(limit, before.State == JobState.Running && limit!.Length > 0 ? before.Worker : null);
    }

    public static string DescribeOverrun(string? limit, WorkerId? worker) => $"{limit} {worker}";

    private string SubmitUnique(Job job, DateTimeOffset now)
    {
        if (_records.GetValueOrDefault(job.Id) is null && HolderOf(job) is { } holder)
        {
            Assert.False(JobStateMachine.Submit(holder, job, JobRoute.Queue, Hold, now).IsNew);
            return $"held by {holder.Job.Id}";
        }

        return Change(job.Id, record => JobStateMachine.Submit(record, job, JobRoute.Queue, Hold, now));
    }

    private string Requeue(JobCommand.Requeue it, DateTimeOffset now)
    {
        var record = _records.GetValueOrDefault(Id(it.Job));
        var holder = record is null ? null : HolderOf(record.Job);
        var route = record?.Job.SchemaName == Routed ? JobRoute.Queue : null;
        JsonElement? payload = it.EditPayload ? OtherPayload : null;
        return Change(Id(it.Job), _ =>
        {
            var (next, answer) = JobStateMachine.Requeue(record, payload, route, holder is not null, now);
            return (next, new RequeueResult(answer, answer == RequeueAnswer.KeyHeld ? holder!.Job.Id : null));
        });
    }

    private JobRecord? HolderOf(Job job) => _records.Values.SingleOrDefault(record =>
        job.UniqueKey is not null && record.UniqueKey == job.UniqueKey && record.Job.SchemaName == job.SchemaName && record.Job.Id != job.Id);

    private string Redispatch(DateTimeOffset now)
    {
        var made = _records.Values.Where(record => record.Job.SchemaName == Routed)
            .Select(record => JobStateMachine.Redispatch(record, now)).Where(it => it.Made).ToList();
        made.ForEach(it => _records[it.Record.Job.Id] = it.Record);
        return $"{made.Count}";
    }

    private string TakeDue(bool confirm, DateTimeOffset now)
    {
        var taken = new List<string>();
        foreach (var record in _records.Values.Where(record => record.DispatchAt <= now).ToList())
        {
            var (next, _) = JobStateMachine.TakeDue(record, Hold, now);
            taken.Add($"{next.Job.Id} {next.DispatchAt!.Value.ToString("O", CultureInfo.InvariantCulture)}");
            _records[next.Job.Id] = confirm ? JobStateMachine.ConfirmDispatch(next, next.DispatchAt.Value)! : next;
        }

        return string.Join(' ', taken.Order(StringComparer.Ordinal));
    }
}
