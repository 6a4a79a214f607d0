namespace Mindtrace.Jobs.Redis.Tests;

public sealed class CallBatcherTests
{
    private readonly List<int[]> _batches = [];
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_WhileOneIsUnderWay_AreMadeTogetherAndAnsweredEach()
    {
        var batcher = new CallBatcher<int, int>(ServeAsync);

        Task<int>[] calls = [.. Enumerable.Range(0, 100).Select(call => batcher.CallAsync(call, Cancel))];
        _served.SetResult();

        Assert.Equal(Enumerable.Range(0, 100).Select(call => call * 10), await Task.WhenAll(calls));
        Assert.Equal([1, 64, 35], _batches.Select(batch => batch.Length));
    }

    [Fact]
    public async Task Call_AfterOthersWereAnswered_IsMadeAtOnce()
    {
        var batcher = new CallBatcher<int, int>(ServeAsync);
        _served.SetResult();

        Assert.Equal(10, await batcher.CallAsync(1, Cancel));
        Assert.Equal(20, await batcher.CallAsync(2, Cancel));
    }

    [Fact]
    public async Task Call_IsCancelledWhileItWaits_IsNotMade()
    {
        var batcher = new CallBatcher<int, int>(ServeAsync);
        using var cancelled = new CancellationTokenSource();
        var first = batcher.CallAsync(0, Cancel);
        var second = batcher.CallAsync(1, cancelled.Token);
        var third = batcher.CallAsync(2, Cancel);
        await cancelled.CancelAsync();
        _served.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        var answers = await Task.WhenAll(first, third);
        Assert.Equal([0, 20], answers);
        Assert.Equal([0, 2], _batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task Call_IsAtFault_TakesNoOtherAlong()
    {
        var batcher = new CallBatcher<int, int>(async calls =>
        {
            var answers = await ServeAsync(calls);
            return calls.Contains(2) ? throw new InvalidDataException() : answers;
        });

        Task<int>[] calls = [.. Enumerable.Range(0, 5).Select(call => batcher.CallAsync(call, Cancel))];
        _served.SetResult();

        await Assert.ThrowsAsync<InvalidDataException>(() => calls[2]);
        var answers = await Task.WhenAll(calls.Where((_, call) => call != 2));
        Assert.Equal([0, 10, 30, 40], answers);
    }

    [Fact]
    public async Task Server_IsAway_IsToldToEach_AndNotAskedAgain()
    {
        var batcher = new CallBatcher<int, int>(async calls =>
        {
            await ServeAsync(calls);
            throw new JobBackendUnavailableException("away", new TimeoutException());
        });

        Task<int>[] calls = [.. Enumerable.Range(0, 5).Select(call => batcher.CallAsync(call, Cancel))];
        _served.SetResult();

        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<JobBackendUnavailableException>(() => call);
        }

        Assert.Equal(2, _batches.Count);
    }

    private async Task<IReadOnlyList<int>> ServeAsync(IReadOnlyList<int> calls)
    {
        _batches.Add([.. calls]);
        await _served.Task;
        return [.. calls.Select(call => call * 10)];
    }
}
