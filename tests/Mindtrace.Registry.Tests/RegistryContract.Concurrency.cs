using System.Collections.Concurrent;
using static Mindtrace.Registry.Tests.Samples;

namespace Mindtrace.Registry.Tests;

public abstract partial class RegistryContract
{
    [Fact]
    public async Task Save_ManyWritersOfOneName_EachIsAVersionAndReadersSeeWholeOnes()
    {
        const int Writers = 6;
        const int VersionsEach = 4;
        var saved = new ConcurrentDictionary<Guid, string>();
        await OpenRegistry().SaveAsync(Echo, Twins("first"), Cancel);

        using var written = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var reading = Task.Run(
            async () =>
            {
                var registry = OpenRegistry();
                var reads = 0;
                do
                {
                    (await registry.FindAsync(Echo, Cancel))!.AssertTwins();
                    reads++;
                }
                while (!written.IsCancellationRequested);
                return reads;
            },
            Cancel);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var registry = OpenRegistry();
                for (var i = 0; i < VersionsEach; i++)
                {
                    var text = $"{writer}-{i}";
                    var version = await registry.SaveAsync(Echo, Twins(text), Cancel);
                    Assert.True(saved.TryAdd(version.Id, text), $"Two saves returned version {version.Id}.");
                }
            },
            Cancel)));
        await written.CancelAsync();
        Assert.True(await reading > 0);

        await AssertHistoryAsync(saved, others: 1);
    }

    /// <summary>Checks that each version of <see cref="Echo"/> that was saved is kept with its content, and that a saved one is live.</summary>
    private protected async Task AssertHistoryAsync(IReadOnlyDictionary<Guid, string> saved, int others)
    {
        var registry = OpenRegistry();
        var history = await registry.HistoryAsync(Echo, Cancel);
        Assert.Equal(saved.Count + others, history.Count);
        foreach (var (id, text) in saved)
        {
            Assert.Equal(text, (await registry.FindAsync(Echo, id, Cancel))!.AssertTwins());
        }

        var live = (await registry.FindAsync(Echo, Cancel))!;
        Assert.Equal(saved[live.Version.Id], live.AssertTwins());
    }
}
