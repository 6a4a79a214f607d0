namespace Mindtrace.Jobs.RabbitMQ.Tests;

public sealed class ReopenedTests
{
    [Fact]
    public async Task Get_WhileItIsOpen_IsTheSame()
    {
        await using var reopened = new Reopened<Link>(_ => Task.FromResult(new Link()), link => link.IsOpen);

        Assert.Same(await reopened.GetAsync(Broker.Cancel), await reopened.GetAsync(Broker.Cancel));
    }

    [Fact]
    public async Task Get_AfterItClosed_OpensAnotherAndDisposesTheOld()
    {
        await using var reopened = new Reopened<Link>(_ => Task.FromResult(new Link()), link => link.IsOpen);
        var first = await reopened.GetAsync(Broker.Cancel);
        first.IsOpen = false;

        var second = await reopened.GetAsync(Broker.Cancel);

        Assert.NotSame(first, second);
        Assert.True(first.IsDisposed);
        Assert.False(second.IsDisposed);
    }

    [Fact]
    public async Task Get_ByManyWhileItOpens_IsOneAttempt()
    {
        var attempts = 0;
        var gate = new TaskCompletionSource<Link>();
        await using var reopened = new Reopened<Link>(
            _ =>
            {
                Interlocked.Increment(ref attempts);
                return gate.Task;
            },
            link => link.IsOpen);

        var waiting = Enumerable.Range(0, 20).Select(_ => reopened.GetAsync(Broker.Cancel)).ToArray();
        gate.SetResult(new Link());

        Assert.Single((await Task.WhenAll(waiting)).Distinct());
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Get_AfterAFailedAttempt_TriesAgain()
    {
        var outcomes = new Queue<Func<Link>>([() => throw new IOException("away"), () => new Link()]);
        await using var reopened = new Reopened<Link>(async _ => await Task.FromResult(outcomes.Dequeue()()), link => link.IsOpen);
        await Assert.ThrowsAsync<IOException>(() => reopened.GetAsync(Broker.Cancel));

        Assert.True((await reopened.GetAsync(Broker.Cancel)).IsOpen);
    }

    [Fact]
    public async Task Get_OneCallerGivesUp_TheOthersStillGetIt()
    {
        var gate = new TaskCompletionSource<Link>();
        await using var reopened = new Reopened<Link>(_ => gate.Task, link => link.IsOpen);
        using var givenUp = new CancellationTokenSource();
        var impatient = reopened.GetAsync(givenUp.Token);
        var patient = reopened.GetAsync(Broker.Cancel);

        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult(new Link());

        Assert.True((await patient).IsOpen);
    }

    [Fact]
    public async Task Dispose_WhileItOpens_EndsTheAttempt()
    {
        var reopened = new Reopened<Link>(
            async cancel =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
                return new Link();
            },
            link => link.IsOpen);
        var opening = reopened.GetAsync(Broker.Cancel);

        await reopened.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reopened.GetAsync(Broker.Cancel));
    }

    private sealed class Link : IAsyncDisposable
    {
        public bool IsOpen { get; set; } = true;

        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            (IsOpen, IsDisposed) = (false, true);
            return ValueTask.CompletedTask;
        }
    }
}
