extern alias node;

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ProgramCache = node::Mindtrace.Node.Programs.ProgramCache;
using ProgramOptions = node::Mindtrace.Node.Programs.ProgramOptions;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Folders of programs that several launches and several nodes want at once.</summary>
public sealed class ProgramCacheTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mindtrace-test-programs-");
    private int _fills;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Get_ByManyLaunchesAtOnce_FillsTheFolderOnce()
    {
        var cache = Open();

        var folders = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cache.GetAsync("a", FillAsync, Cancel)));

        Assert.Equal(Path.Combine(_root.FullName, "a"), Assert.Single(folders.Distinct()));
        Assert.Equal(1, _fills);
        Assert.Equal("whole", await File.ReadAllTextAsync(Path.Combine(folders[0], "file"), Cancel));
    }

    [Fact]
    public async Task Get_ByTwoNodesAtOnce_BothFindAWholeFolder()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());

        // Each fills its own while the other does.
        var folders = await Task.WhenAll(
            Open().GetAsync("a", (folder, token) => MeetAsync(folder, first, second, token), Cancel),
            Open().GetAsync("a", (folder, token) => MeetAsync(folder, second, first, token), Cancel)).InTime();

        Assert.Equal((folders[0], 2), (folders[1], _fills));
        Assert.Equal("whole", await File.ReadAllTextAsync(Path.Combine(folders[0], "file"), Cancel));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Get_FillFails_LeavesNothingAndIsTriedAgain()
    {
        var cache = Open();
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.GetAsync(
            "a",
            async (folder, token) =>
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "half"), "", token);
                throw new InvalidOperationException();
            },
            Cancel));
        AssertNothingIsLeft();

        var folder = await cache.GetAsync("a", FillAsync, Cancel);

        Assert.Equal([Path.Combine(folder, "file")], Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task Get_WhatADeadNodeLeftBehind_IsDeletedAfterADay()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromFileTime(DateTime.UnixEpoch.ToFileTimeUtc()));
        var left = Directory.CreateDirectory(Path.Combine(_root.FullName, ".tmp", "left"));
        clock.SetUtcNow(new DateTimeOffset(left.LastWriteTimeUtc).AddHours(23));
        await Open(clock).GetAsync("a", FillAsync, Cancel);
        Assert.True(Directory.Exists(left.FullName));

        clock.Advance(TimeSpan.FromHours(2));
        await Open(clock).GetAsync("b", FillAsync, Cancel);

        Assert.False(Directory.Exists(left.FullName));
    }

    private ProgramCache Open(TimeProvider? clock = null) =>
        new(Options.Create(new ProgramOptions { ProgramsDirectory = _root.FullName }), clock ?? TimeProvider.System);

    private async Task FillAsync(string folder, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _fills);
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "whole", cancellationToken);
    }

    private async Task MeetAsync(string folder, TaskCompletionSource mine, TaskCompletionSource others, CancellationToken cancellationToken)
    {
        await FillAsync(folder, cancellationToken);
        mine.SetResult();
        await others.Task.WaitAsync(cancellationToken);
    }

    private void AssertNothingIsLeft() => Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_root.FullName, ".tmp")));
}
