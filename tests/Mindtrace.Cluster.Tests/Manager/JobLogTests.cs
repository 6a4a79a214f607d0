using System.Threading.Channels;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Registry;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What jobs have printed, between the job store and the registry's.</summary>
public sealed class JobLogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_PartsInBothStores_AreOneLog()
    {
        using var bench = await JobLogBench.CreateAsync();
        await bench.PrintAndMoveAsync("a", "b");
        await bench.PrintAndMoveAsync("c");
        await bench.PrintAsync(JobLogStream.Stderr, isLast: false, "d", "e");

        Assert.Equal(["1 a", "2 b", "3 c", "4 d", "5 e"], await bench.ReadAsync(bench.Request));
        Assert.Equal(["4 d", "5 e"], await bench.ReadAsync(bench.Request with { Lines = 2 }));
        Assert.Equal(["2 b", "3 c", "4 d", "5 e"], await bench.ReadAsync(bench.Request with { Lines = 4 }));
        Assert.Equal(["2 b", "3 c"], await bench.ReadAsync(bench.Request with { After = 1, Lines = 2 }));
        Assert.Equal(["4 d", "5 e"], await bench.ReadAsync(bench.Request with { After = 3 }));
        Assert.Equal(["3 c"], await bench.ReadAsync(bench.Request with { Stream = JobLogStream.Stdout, Lines = 1 }));
        Assert.Equal(["4 d"], await bench.ReadAsync(bench.Request with { Stream = JobLogStream.Stderr, After = 0, Lines = 1 }));
        Assert.Equal(5, (await bench.ReadAsync(bench.Request with { Attempt = 1 })).Count());
        Assert.Empty(await bench.ReadAsync(bench.Request with { Attempt = 2 }));
        Assert.Empty(await bench.ReadAsync(bench.Request with { Lines = 0 }));
        Assert.Empty(await bench.ReadAsync(bench.Request with { Lines = 0, After = 0 }));
        Assert.Empty(await bench.ReadAsync(bench.Request with { After = 5 }));
    }

    [Fact]
    public async Task Read_MoreThanOneAnswerHolds_IsReadInSeveral()
    {
        using var bench = await JobLogBench.CreateAsync();
        var line = new string('x', 1024 * 1024);
        await bench.PrintAndMoveAsync(line, line, line);
        await bench.PrintAsync(line, line, line);

        Assert.Equal([3, 4, 5, 6], (await bench.Reader.ReadAsync(bench.Request, Cancel)).Select(it => it.Number));
        Assert.Equal([1, 2, 3, 4], (await bench.Reader.ReadAsync(bench.Request with { After = 0 }, Cancel)).Select(it => it.Number));
        Assert.Equal([5, 6], (await bench.Reader.ReadAsync(bench.Request with { After = 4 }, Cancel)).Select(it => it.Number));
        await bench.FinishAsync();
        Assert.Equal([1, 2, 3, 4, 5, 6], await bench.Reader.FollowAsync(bench.Request with { After = 0 }, CancellationToken.None, Cancel).Select(it => it.Number).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Read_UnknownJob_IsNotFound()
    {
        using var bench = await JobLogBench.CreateAsync();
        await Assert.ThrowsAsync<JobNotFoundException>(() => bench.Reader.ReadAsync(new JobLogsRequest(JobId.New()), Cancel));
    }

    [Fact]
    public async Task Follow_LinesPrintedAndMovedMeanwhile_ComeOnceEachUntilTheEnd()
    {
        using var bench = await JobLogBench.CreateAsync();
        await bench.PrintAndMoveAsync("a", "b");
        await bench.PrintAsync("c");
        var seen = Channel.CreateUnbounded<string>();
        var following = FollowAsync(CancellationToken.None);
        Assert.Equal(["b", "c"], [await NextAsync(), await NextAsync()]);

        await bench.PrintAsync("d");
        Assert.Equal("d", await NextAsync());
        await bench.PrintAndMoveAsync("e");
        Assert.Equal("e", await NextAsync());
        await bench.PrintAsync("f", "g");
        await bench.FinishAsync();
        Assert.Equal(["f", "g"], [await NextAsync(), await NextAsync()]);
        await following.InTime();
        Assert.False(seen.Reader.TryRead(out _));

        Task<string> NextAsync() => seen.Reader.ReadAsync(Cancel).InTime();

        async Task FollowAsync(CancellationToken stopping)
        {
            await foreach (var line in bench.Reader.FollowAsync(bench.Request with { Lines = 2 }, stopping, Cancel))
            {
                seen.Writer.TryWrite(line.Line);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Follow_ManagerStopsOrJobIsForgotten_Ends(bool stops)
    {
        using var bench = await JobLogBench.CreateAsync();
        await bench.PrintAsync("a");
        using var stopping = new CancellationTokenSource();
        var lines = bench.Reader.FollowAsync(bench.Request, stopping.Token, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await lines.MoveNextAsync());
        var next = lines.MoveNextAsync();
        await bench.FinishAsync();
        await (stops ? stopping.CancelAsync() : bench.Store.ClearAsync(Cancel));
        Assert.False(await next.InTime());
        await lines.DisposeAsync();
    }

    [Fact]
    public async Task Move_RegistryAway_KeepsTheLinesForTheNextLook()
    {
        using var bench = await JobLogBench.CreateAsync();
        await bench.PrintAsync(JobLogStream.Stdout, isLast: true, "a");
        var blocked = Path.GetTempFileName();
        try
        {
            var away = bench.NewMover(new FileBlobStore(blocked, bench.Clock));
            await Assert.ThrowsAnyAsync<RegistryException>(() => away.LookAsync(Cancel));
        }
        finally
        {
            File.Delete(blocked);
        }

        Assert.Equal(["1 a"], await bench.ReadAsync(bench.Request));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await bench.Mover.LookAsync(Cancel));
        Assert.Equal(["1 a"], await bench.ReadAsync(bench.Request));
        Assert.Single(await bench.KeysAsync());
    }

    [Fact]
    public async Task Move_ManyMovers_LoseAndDoubleNothing()
    {
        using var bench = await JobLogBench.CreateAsync();
        for (var round = 0; round < 20; round++)
        {
            await bench.PrintAsync(JobLogStream.Stdout, isLast: true, $"{round}");
            await bench.Store.TakeLogsToMoveAsync(10, TimeSpan.Zero, Cancel);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bench.NewMover(bench.Blobs).LookAsync(Cancel)));
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(round => $"{round + 1} {round}"), await bench.ReadAsync(bench.Request));
        Assert.Equal((await bench.Store.ReadAsync(bench.Id, 1, Cancel))!.Moved.Count, (await bench.KeysAsync()).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forget_JobWithALog_LeavesNothingBehind(bool cleared)
    {
        using var bench = await JobLogBench.CreateAsync();
        await bench.PrintAndMoveAsync("a");
        var home = (await bench.Store.ReadAsync(bench.Id, 1, Cancel))!.Home;
        await bench.Archive.WriteAsync(home, new JobLogRange(2, 2), new byte[1], Cancel);
        Assert.Equal(2, (await bench.KeysAsync()).Count);
        await bench.FinishAsync();
        bench.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await (cleared ? bench.Store.ClearAsync(Cancel) : bench.Store.ExpireAsync(TimeSpan.FromDays(7), Cancel)));

        Assert.Equal(1, await bench.Mover.LookAsync(Cancel));
        Assert.Empty(await bench.KeysAsync());
        Assert.Equal(0, await bench.Mover.LookAsync(Cancel));
    }
}
