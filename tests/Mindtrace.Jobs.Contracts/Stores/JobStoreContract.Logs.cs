using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>The logs of jobs.</content>
public abstract partial class JobStoreContract
{
    [Fact]
    public async Task Log_Lines_AreNumberedAcrossAppendsAndAttempts()
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        Assert.True(await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a", "b ü"), Cancel));
        Assert.True(await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(2, "a", "b ü"), Cancel));
        await store.Attempts.ReleaseAsync(JobModel.Key(0, 0), Cancel);
        await ClaimAsync(store, token: 1);
        Assert.True(await store.Logs.AppendAsync(JobModel.Key(0, 1), Append(1, "c"), Cancel));

        var log = (await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!;
        Assert.Equal(["1 a", "2 b ü", "3 a", "4 b ü", "5 c"], Lines(log));
        Assert.Empty(log.Moved);
        Assert.StartsWith("job-0/", log.Home, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_AppendRepeated_IsThereOnce()
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        for (var time = 0; time < 2; time++)
        {
            Assert.True(await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a"), Cancel));
        }

        Assert.Equal(["1 a"], Lines((await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!));
    }

    [Fact]
    public async Task Log_AttemptThatIsNotTheJobs_IsRefused()
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        Assert.False(await store.Logs.AppendAsync(JobModel.Key(0, 1), Append(1, "not claimed"), Cancel));
        Assert.False(await store.Logs.AppendAsync(JobModel.Key(1, 0), Append(1, "no such job"), Cancel));
        await store.Attempts.FinishAsync(JobModel.Key(0, 0), JobModel.Outcome(OutcomeKind.Completed, default), Cancel);
        Assert.False(await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "too late"), Cancel));
        Assert.Empty(Lines((await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!));
        Assert.Null(await store.Logs.ReadAsync(JobModel.Id(1), 1, Cancel));
    }

    [Theory]
    [InlineData(1, "1 a", "2 b", "3 c", "4 d")]
    [InlineData(2, "1 a", "2 b", "3 c", "4 d")]
    [InlineData(3, "3 c", "4 d")]
    [InlineData(4, "4 d")]
    [InlineData(5)]
    public async Task Log_ReadFromALineOn_LeavesOutThePartsBefore(long from, params string[] expected)
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a", "b"), Cancel);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(2, "c"), Cancel);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(3, "d"), Cancel);
        Assert.Equal(expected, Lines((await store.Logs.ReadAsync(JobModel.Id(0), from, Cancel))!));
    }

    [Fact]
    public async Task Log_Append_WakesListenersOfTheJob()
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = await store.Logs.ListenForLinesAsync(JobModel.Id(0), () => woken.TrySetResult(), Cancel);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a"), Cancel);
        await woken.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Log_IsToBeMoved_AtTheAttemptsEndOrWhenLongOrSilent()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RunningJobAsync(clock);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a"), Cancel);
        clock.Advance(JobLogRules.MoveAfterSilence - TimeSpan.FromSeconds(1));
        Assert.Empty(await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([JobModel.Id(0)], await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));

        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(2, "b"), Cancel);
        Assert.Empty(await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(3, new string('c', JobLogRules.MoveAtBytes)), Cancel);
        Assert.Equal([JobModel.Id(0)], await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));

        Assert.True(await store.Logs.MoveAsync(JobModel.Id(0), new JobLogRange(1, 3), Cancel));
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(4, "d"), Cancel);
        Assert.Empty(await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(5) with { IsLast = true }, Cancel);
        Assert.Equal([JobModel.Id(0)], await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task Log_TakenToBeMoved_IsNobodyElsesForAWhile()
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RunningJobAsync(clock);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a") with { IsLast = true }, Cancel);
        Assert.Equal([JobModel.Id(0)], await store.Logs.TakeLogsToMoveAsync(10, JobModel.Hold, Cancel));
        Assert.Empty(await store.Logs.TakeLogsToMoveAsync(10, JobModel.Hold, Cancel));
        clock.Advance(JobModel.Hold);
        Assert.Equal([JobModel.Id(0)], await store.Logs.TakeLogsToMoveAsync(10, JobModel.Hold, Cancel));
    }

    [Fact]
    public async Task Log_LimitOfTheAttempt_CutsWhatExceedsItAndSaysSoOnce()
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        for (var repetition = 0; repetition < 2; repetition++)
        {
            await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a") with { Limit = Limit(5) }, Cancel);
        }

        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(2, "b") with { Limit = Limit(5) }, Cancel);
        Assert.True(await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(3, "c", "d") with { Limit = Limit(1) }, Cancel));
        Assert.True(await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(4, "e") with { Limit = Limit(1) }, Cancel));
        await store.Attempts.ReleaseAsync(JobModel.Key(0, 0), Cancel);
        await ClaimAsync(store, token: 1);
        await store.Logs.AppendAsync(JobModel.Key(0, 1), Append(1, "f") with { Limit = Limit(10) }, Cancel);

        Assert.Equal(["1 a", "2 b", "3 full", "4 f"], Lines((await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!));

        JobLogLimit Limit(long bytes) => new(10, bytes, Append(0, "full").Text);
    }

    [Fact]
    public async Task Log_Moved_IsNotedOnceAndMakesRoom()
    {
        var store = await RunningJobAsync(new FakeTimeProvider(Start));
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a", "b"), Cancel);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(2, "c"), Cancel);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(3, "d") with { IsLast = true }, Cancel);

        Assert.True(await store.Logs.MoveAsync(JobModel.Id(0), new JobLogRange(1, 3), Cancel));
        Assert.False(await store.Logs.MoveAsync(JobModel.Id(0), new JobLogRange(1, 3), Cancel));
        Assert.False(await store.Logs.MoveAsync(JobModel.Id(0), new JobLogRange(1, 2), Cancel));
        var log = (await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!;
        Assert.Equal([new JobLogRange(1, 3)], log.Moved);
        Assert.Equal(["4 d"], Lines(log));

        Assert.Equal([JobModel.Id(0)], await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
        Assert.True(await store.Logs.MoveAsync(JobModel.Id(0), new JobLogRange(4, 4), Cancel));
        Assert.Empty(await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
        Assert.Equal([new JobLogRange(1, 3), new JobLogRange(4, 4)], (await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!.Moved);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_JobForgotten_LeavesItsHomeToBeEmptied(bool cleared)
    {
        var clock = new FakeTimeProvider(Start);
        var store = await RunningJobAsync(clock);
        await store.Logs.AppendAsync(JobModel.Key(0, 0), Append(1, "a"), Cancel);
        await store.Jobs.SubmitAsync([Job(1)], JobModel.Hold, Cancel);
        var home = (await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!.Home;
        Assert.Empty(await store.Logs.ListForgottenAsync(10, Cancel));

        await store.Attempts.FinishAsync(JobModel.Key(0, 0), JobModel.Outcome(OutcomeKind.Completed, default), Cancel);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(cleared ? 2 : 1, await (cleared ? store.Jobs.ClearAsync(Cancel) : store.Jobs.ExpireAsync(TimeSpan.FromDays(1), Cancel)));
        Assert.Null(await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel));
        Assert.Empty(await store.Logs.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel));
        Assert.Equal([home], await store.Logs.ListForgottenAsync(10, Cancel));

        await store.Jobs.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        Assert.NotEqual(home, (await store.Logs.ReadAsync(JobModel.Id(0), 1, Cancel))!.Home);
        await store.Logs.ConfirmForgottenAsync(home, Cancel);
        Assert.Empty(await store.Logs.ListForgottenAsync(10, Cancel));
    }

    private static JobLogAppend Append(int number, params string[] lines)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            JobLogText.Write(text, attempt: 1, JobLogStream.Stderr, Start, line);
        }

        return new JobLogAppend(number, text.WrittenMemory, lines.Length, IsLast: false);
    }

    private static IEnumerable<string> Lines(JobLogParts log)
    {
        foreach (var part in log.Latest)
        {
            var lines = JobLogText.Read(part.Text, part.Lines.First);
            Assert.Equal(part.Lines.Last, lines[^1].Number);
            foreach (var line in lines)
            {
                Assert.Equal((1, JobLogStream.Stderr, Start), (line.Attempt, line.Stream, line.At));
                yield return $"{line.Number} {line.Line}";
            }
        }
    }

    private static async Task ClaimAsync(IStores store, int token) => Assert.Equal(
        ClaimAnswer.Claimed, (await store.Attempts.ClaimAsync(JobModel.Key(0, token), JobModel.Worker, JobModel.Lease, Cancel)).Answer);

    /// <summary>Makes a store with one job, which runs.</summary>
    private async Task<IStores> RunningJobAsync(FakeTimeProvider clock)
    {
        var store = await RoutedStoreAsync(clock);
        await store.Jobs.SubmitAsync([Job(0)], JobModel.Hold, Cancel);
        await ClaimAsync(store, token: 0);
        return store;
    }
}
