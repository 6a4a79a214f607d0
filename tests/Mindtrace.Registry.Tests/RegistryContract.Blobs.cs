namespace Mindtrace.Registry.Tests;

public abstract partial class RegistryContract
{
    [Fact]
    public async Task Store_ListPrefix_IsTheBeginningOfTheKeyNotAFolder()
    {
        var store = OpenStore();
        string[] keys = ["a/b", "a/b@1%3A!~ü", "ab/c", "b/a"];
        foreach (var key in keys)
        {
            await store.WriteTextAsync(key, key, Cancel);
        }

        Assert.Equal(["a/b", "a/b@1%3A!~ü", "ab/c"], await Keys("a"));
        Assert.Equal(["a/b", "a/b@1%3A!~ü"], await Keys("a/"));
        Assert.Equal(["a/b@1%3A!~ü"], await Keys("a/b@"));
        Assert.Equal(["a/b", "a/b@1%3A!~ü", "ab/c", "b/a"], await Keys(""));
        Assert.Empty(await Keys("c"));
        Assert.Empty(await Keys("c/d"));

        async Task<IEnumerable<string>> Keys(string prefix) =>
            (await OpenStore().ListAsync(prefix, Cancel).ToListAsync(Cancel)).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("a/b@1%3A!~ü")]
    [InlineData("a b+c&d=e?f#g")]
    [InlineData("worker:echo/Case")]
    public async Task Store_KeyWithAwkwardCharacters_NamesOneBlob(string key)
    {
        var store = OpenStore();
        await store.WriteTextAsync(key, "text", Cancel);

        Assert.Equal("text", await OpenStore().ReadTextAsync(key, Cancel));
        Assert.True(await store.ExistsAsync(key, Cancel));
        Assert.Equal([key], await store.ListAsync("", Cancel).ToListAsync(Cancel));
        await store.DeleteAsync(key, Cancel);
        Assert.False(await store.ExistsAsync(key, Cancel));
    }

    [Fact]
    public async Task Store_MissingBlob_IsNoFault()
    {
        var store = OpenStore();

        Assert.False(await store.ExistsAsync("no/such", Cancel));
        Assert.False(await store.CopyToAsync("no/such", Stream.Null, Cancel));
        await store.DeleteAsync("no/such", Cancel);
    }

    [Fact]
    public async Task Store_Check_PassesAndLeavesNothing()
    {
        await OpenStore().CheckAsync(Cancel);

        Assert.Empty(await OpenStore().ListAsync("", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Store_BlobReplacedAgainAndAgain_IsNeverReadInPart()
    {
        const int Bytes = 300_000;
        const int Writes = 30;
        var (writer, reader) = (OpenStore(), OpenStore());
        await Write(0);

        var writing = Task.Run(
            async () =>
            {
                for (byte i = 1; i < Writes; i++)
                {
                    await Write(i);
                }
            },
            Cancel);
        var last = -1;
        do
        {
            using var copy = new MemoryStream();
            Assert.True(await reader.CopyToAsync("blob", copy, Cancel));
            var read = copy.ToArray();
            Assert.Equal(Bytes, read.Length);
            Assert.Equal(-1, read.AsSpan().IndexOfAnyExcept(read[0]));
            Assert.True(read[0] >= last, $"Read {read[0]} after {last}.");
            last = read[0];
        }
        while (last < Writes - 1 && !writing.IsFaulted);
        await writing;

        Task Write(byte value)
        {
            var content = new byte[Bytes];
            content.AsSpan().Fill(value);
            return writer.WriteAsync("blob", new MemoryStream(content), Cancel);
        }
    }
}
