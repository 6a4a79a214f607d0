using System.Reflection;
using Mindtrace.Jobs.Contracts;

namespace Mindtrace.Jobs.Tests;

/// <summary>Holds the table of transitions in docs/job-lifecycle.md to the state machine.</summary>
public sealed class LifecycleDocumentTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Dictionary<string, Func<JobModel, string>> Events = new()
    {
        ["submit"] = model => model.Apply(new JobCommand.Submit(0, MaxAttempts: 1, NotBeforeSeconds: 0), Now),
        ["submit without route"] = model => model.Apply(new JobCommand.SubmitUnrouted(0), Now),
        ["adopt"] = model => model.Apply(new JobCommand.Adopt(0, 0, NotBeforeSeconds: 0), Now),
        ["adopt after a clear"] = model => model.Change(JobModel.Id(0), record => JobStateMachine.Adopt(
            record, JobModel.Job(0, JobModel.Routed, 1, notBefore: null), keyHeld: false, acceptedAt: Now, clearedAt: Now, JobModel.Key(0, 0).Token,
            JobModel.Worker, JobModel.Lease, Now)),
        ["claim"] = model => model.Apply(new JobCommand.Claim(0, 1, LeaseSeconds: 30), Now),
        ["finish completed"] = model => Finish(model, OutcomeKind.Completed),
        ["finish failed with attempts left"] = model => Finish(model, OutcomeKind.Failed),
        ["finish failed"] = model => Finish(model, OutcomeKind.Failed),
        ["finish rejected"] = model => Finish(model, OutcomeKind.Rejected),
        ["finish not runnable"] = model => Finish(model, OutcomeKind.NotRunnable),
        ["finish not completed after cancel"] = model => Cancelled(model, it => Finish(it, OutcomeKind.Failed)),
        ["release"] = model => model.Apply(new JobCommand.Release(0, 0), Now),
        ["release after cancel"] = model => Cancelled(model, it => it.Apply(new JobCommand.Release(0, 0), Now)),
        ["reap"] = model => model.Apply(new JobCommand.Reap(0, RenewedMeanwhile: false, MaxDeaths: 3), Now),
        ["reap beyond max deaths"] = model => model.Apply(new JobCommand.Reap(0, RenewedMeanwhile: false, MaxDeaths: 0), Now),
        ["reap after cancel"] = model => Cancelled(model, it => it.Apply(new JobCommand.Reap(0, RenewedMeanwhile: false, MaxDeaths: 3), Now)),
        ["cancel"] = model => model.Apply(new JobCommand.Cancel(0), Now),
        ["waited too long"] = model => Overrun(model, JobLimit.WaitTimeout),
        ["took too long as a whole"] = model => Overrun(model, JobLimit.JobTimeout),
        ["ran or was silent too long with attempts left"] = model => Overrun(model, JobLimit.HeartbeatTimeout),
        ["ran or was silent too long"] = model => Overrun(model, JobLimit.Timeout),
        ["did not stop after cancel"] = model => Cancelled(model, it => Overrun(it, JobLimit.CancelGrace)),
        ["clear queue"] = model => model.Change(JobModel.Id(0), record => JobStateMachine.CancelQueued(record, "queue cleared", Now)),
        ["requeue"] = model => model.Apply(new JobCommand.Requeue(0, EditPayload: false), Now),
        ["discard"] = model => model.Apply(new JobCommand.Discard(0), Now),
    };

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            var lines = File.ReadLines(Path.Combine(Root, "docs", "job-lifecycle.md"))
                .SkipWhile(line => line != "## Transitions").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
            foreach (var cells in lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|')))
            {
                rows.Add(cells[1].Trim(), cells[2].Trim(), cells[3].Trim());
            }

            return rows;
        }
    }

    private static string Root => typeof(LifecycleDocumentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_SaysWhatTheStateMachineDoes(string from, string happening, string to)
    {
        var model = In(from, attempts: happening.EndsWith("with attempts left", StringComparison.Ordinal) ? 2 : 1);
        Events[happening](model);
        Assert.Equal(to, State(model));
    }

    [Fact]
    public void EveryEvent_HasARow() => Assert.Empty(Events.Keys.Except(Rows.Select(row => row.Data.Item2)));

    private static JobModel In(string state, int attempts)
    {
        var model = new JobModel();
        if (state != "none")
        {
            model.Apply(new JobCommand.Submit(0, attempts, NotBeforeSeconds: 0), Now);
        }

        if (state is not ("none" or "queued"))
        {
            model.Apply(new JobCommand.Claim(0, 0, LeaseSeconds: 30), Now);
        }

        switch (state)
        {
            case "failed":
                Finish(model, OutcomeKind.Rejected);
                break;
            case "error":
                Finish(model, OutcomeKind.NotRunnable);
                break;
        }

        Assert.Equal(state, State(model));
        return model;
    }

    private static string State(JobModel model) =>
        model.Records.TryGetValue(JobModel.Id(0), out var record) ? record.State.ToString().ToLowerInvariant() : "none";

    private static string Finish(JobModel model, OutcomeKind kind) => model.Apply(new JobCommand.Finish(0, 0, kind, RetrySeconds: 1), Now);

    /// <summary>Lets a job overrun one limit, which it is given here: the rows are about what follows.</summary>
    private static string Overrun(JobModel model, JobLimit limit)
    {
        var (second, later) = (TimeSpan.FromSeconds(1), Now.AddMinutes(1));
        return model.Change(JobModel.Id(0), record =>
        {
            var limited = record! with
            {
                Job = record.Job with
                {
                    WaitTimeout = limit == JobLimit.WaitTimeout ? second : null,
                    Timeout = limit == JobLimit.Timeout ? second : null,
                    HeartbeatTimeout = limit == JobLimit.HeartbeatTimeout ? second : null,
                },
                ExpiresAt = limit == JobLimit.JobTimeout ? Now + second : null,
                ProgressAt = Now,
                Silence = later - Now,
            };
            var (next, overrun) = JobStateMachine.EndOverrun(limited, JobModel.Grace, retryAfter: second, later);
            Assert.Equal(limit, overrun);
            return (next, true);
        });
    }

    private static string Cancelled(JobModel model, Func<JobModel, string> then)
    {
        model.Apply(new JobCommand.Cancel(0), Now);
        return then(model);
    }
}
