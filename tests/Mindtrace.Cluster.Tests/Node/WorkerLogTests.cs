extern alias node;

using node::Mindtrace.Node.Logs;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>The file that a worker writes its output to.</summary>
public sealed class WorkerLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-log-");
    private readonly TaskCompletionSource _ended = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder.FullName, "worker.log");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Tail_NoFile_IsEmpty() => Assert.Empty(Log().ReadTail(10));

    [Fact]
    public void Tail_LinesOfAllKinds_AreRead()
    {
        File.WriteAllText(FilePath, "first\nsecond\r\n\nGrüße\nrest");

        Assert.Equal(["second", "", "Grüße", "rest"], Log().ReadTail(4));
        Assert.Empty(Log().ReadTail(0));
    }

    [Fact]
    public void Tail_LineWithoutEnd_IsCut()
    {
        File.WriteAllText(FilePath, new string('x', 100_000));

        Assert.Equal([65_536, 100_000 - 65_536], Log().ReadTail(10).Select(line => line.Length));
    }

    [Fact]
    public async Task Follow_LinesAppended_ArriveUntilTheWorkerEnds()
    {
        File.WriteAllText(FilePath, "one\ntwo\nth");
        await using var lines = Log().FollowAsync(1, _ended.Task, trim: false, Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal("two", await NextAsync(lines));
        File.AppendAllText(FilePath, "ree\nfo");
        Assert.Equal("three", await NextAsync(lines));
        File.AppendAllText(FilePath, "ur");
        _ended.SetResult();
        Assert.Equal("four", await NextAsync(lines));
        Assert.Null(await NextAsync(lines));
    }

    [Fact]
    public async Task Follow_FileTooLarge_IsEmptiedAndNothingOfItIsLost()
    {
        File.WriteAllText(FilePath, new string('a', 50) + "\nb\n");
        await using var lines = Log(maxBytes: 50).FollowAsync(1, _ended.Task, trim: true, Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal("b", await NextAsync(lines));
        var next = NextAsync(lines);
        Assert.Equal(0, new FileInfo(FilePath).Length);
        File.AppendAllText(FilePath, "c\n");

        Assert.Equal("c", await next);
        Assert.Equal(["b", "c"], Log().ReadTail(2));
        Assert.Equal(3, Log().ReadTail(10).Count);
        _ended.SetResult();
        Assert.Null(await NextAsync(lines));
    }

    private static async Task<string?> NextAsync(IAsyncEnumerator<string> lines) => await lines.MoveNextAsync().InTime() ? lines.Current : null;

    private WorkerLog Log(long maxBytes = 1000) => new(FilePath, maxBytes, TimeProvider.System);
}
