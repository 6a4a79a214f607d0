using CsCheck;
using Mindtrace.Jobs.Contracts;

namespace Mindtrace.Jobs.Tests;

/// <summary>What must hold after any history, whatever the order of events.</summary>
public sealed class JobStateMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Record_AnyHistory_IsConsistent() => Run((_, _, after) =>
    {
        Assert.Equal(after.State == JobState.Running, after.LeaseExpiresAt is not null);
        Assert.Equal(after.State.IsFinal(), after.FinishedAt is not null);
        Assert.False(after.DispatchAt is not null && after.State != JobState.Queued, "Only a queued job is to be published.");
        Assert.False(after.IsDeadLetter && after.State is not (JobState.Failed or JobState.Error), "Only what failed is a dead letter.");
        Assert.True(after.Failures <= (after.Job.MaxAttempts ?? 1), "No attempt is made beyond those allowed.");
        Assert.True(after.Attempts.Length <= JobStateMachine.KeptAttempts);
    });

    [Fact]
    public void FinalJob_AnyHistory_ChangesByRequeueOnly() => Run((before, command, after) =>
    {
        if (before is { State: var state } && state.IsFinal() && after.State != state)
        {
            Assert.True(command is JobCommand.Requeue && before.IsDeadLetter && after.State == JobState.Queued);
        }

        if (before is not null && before.State.IsFinal() && command is not (JobCommand.Requeue or JobCommand.Discard))
        {
            Assert.Equal(JobModel.Describe(before), JobModel.Describe(after));
        }
    });

    [Fact]
    public void RunningJob_AnyHistory_IsEndedByItsHolderOrTheReaperOrALimitOnly() => Run((before, command, after) =>
    {
        if (before is { State: JobState.Running } && after.State != JobState.Running)
        {
            var token = command switch
            {
                JobCommand.Finish it => JobModel.Key(it.Job, it.Token).Token,
                JobCommand.Release it => JobModel.Key(it.Job, it.Token).Token,
                JobCommand.Reap { RenewedMeanwhile: false } => before.Token,
                JobCommand.EndOverrun => before.Token,
                _ => null,
            };
            Assert.Equal(before.Token, token);
        }
    });

    [Fact]
    public void QueuedJob_AnyHistory_IsToBePublishedUnlessItWas() => Run((before, command, after) =>
    {
        if (after.State == JobState.Queued && after.DispatchAt is null)
        {
            Assert.True(before?.State == JobState.Queued, "A job that becomes queued is to be published.");
            Assert.True(before.DispatchAt is null || command is JobCommand.TakeDue { Confirm: true }, "Only its publishing takes the entry away.");
        }
    });

    [Fact]
    public void Finish_RepeatedByItsAttempt_AnswersTheSameAndChangesNothing()
    {
        var model = Running();
        Assert.Equal("True", model.Apply(new JobCommand.Finish(0, 0, OutcomeKind.Failed, 5), Start));
        var first = JobModel.Describe(model.Records[JobModel.Id(0)]);
        Assert.Equal("True", model.Apply(new JobCommand.Finish(0, 0, OutcomeKind.Completed, 5), Start));
        Assert.Equal(first, JobModel.Describe(model.Records[JobModel.Id(0)]));
    }

    [Fact]
    public void Finish_AfterTheAttemptWasReaped_IsRefused()
    {
        var model = Running();
        Assert.Equal("True", model.Apply(new JobCommand.Reap(0, RenewedMeanwhile: false, MaxDeaths: 3), Start));
        Assert.Equal("False", model.Apply(new JobCommand.Finish(0, 0, OutcomeKind.Completed, 0), Start));
        Assert.Equal(JobState.Queued, model.Records[JobModel.Id(0)].State);
    }

    [Fact]
    public void Release_CostsNoAttempt()
    {
        var model = Running();
        model.Apply(new JobCommand.Release(0, 0), Start);
        Assert.Equal((JobState.Queued, 0, 0, 0), Counts(model));
    }

    [Fact]
    public void Reap_MoreOftenThanAllowed_IsAnErrorAndADeadLetter()
    {
        var model = Running();
        model.Apply(new JobCommand.Reap(0, false, MaxDeaths: 1), Start);
        model.Apply(new JobCommand.Claim(0, 1, 30), Start);
        model.Apply(new JobCommand.Reap(0, false, MaxDeaths: 1), Start);
        Assert.Equal((JobState.Error, 2, 0, 2), Counts(model));
        Assert.True(model.Records[JobModel.Id(0)].IsDeadLetter);
    }

    [Fact]
    public void Cancel_RunningJobThatCompletes_StaysCompleted()
    {
        var model = Running();
        Assert.Equal("Requested", model.Apply(new JobCommand.Cancel(0), Start));
        model.Apply(new JobCommand.Finish(0, 0, OutcomeKind.Completed, 0), Start);
        Assert.Equal(JobState.Completed, model.Records[JobModel.Id(0)].State);
    }

    [Theory]
    [InlineData(OutcomeKind.Failed)]
    [InlineData(OutcomeKind.Rejected)]
    [InlineData(OutcomeKind.NotRunnable)]
    public void Cancel_RunningJobThatDoesNotComplete_IsCancelledAndNoDeadLetter(OutcomeKind kind)
    {
        var model = Running();
        model.Apply(new JobCommand.Cancel(0), Start);
        model.Apply(new JobCommand.Finish(0, 0, kind, 0), Start);
        var record = model.Records[JobModel.Id(0)];
        Assert.Equal((JobState.Cancelled, false), (record.State, record.IsDeadLetter));
    }

    private static (JobState State, int Attempt, int Failures, int Deaths) Counts(JobModel model)
    {
        var record = model.Records[JobModel.Id(0)];
        return (record.State, record.Attempt, record.Failures, record.Deaths);
    }

    private static JobModel Running()
    {
        var model = new JobModel();
        model.Apply(new JobCommand.Submit(0, MaxAttempts: 2, NotBeforeSeconds: 0), Start);
        Assert.Equal("Claimed", model.Apply(new JobCommand.Claim(0, 0, 30), Start));
        return model;
    }

    private static void Run(Action<JobRecord?, JobCommand, JobRecord> check) => JobCommand.Any.List[1, 60].Sample(
        commands =>
        {
            var (model, now) = (new JobModel(), Start);
            foreach (var command in commands)
            {
                now = command is JobCommand.Advance advance ? now.AddSeconds(advance.Seconds) : now;
                var before = new Dictionary<JobId, JobRecord>(model.Records);
                model.Apply(command, now);
                foreach (var (id, after) in model.Records)
                {
                    check(before.GetValueOrDefault(id), command, after);
                }
            }
        },
        iter: 3000);
}
