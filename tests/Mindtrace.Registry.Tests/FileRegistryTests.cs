using System.Collections.Concurrent;
using System.Runtime.Versioning;
using static Mindtrace.Registry.Tests.Samples;

namespace Mindtrace.Registry.Tests;

public sealed class FileRegistryTests : RegistryContract, IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("mindtrace-registry-");

    private string Folder => Path.Combine(_parent.FullName, "registry");

    private string TemporaryFolder => Path.Combine(Folder, ".tmp");

    public void Dispose() => _parent.Delete(recursive: true);

    protected override IBlobStore OpenStore() => new FileBlobStore(Folder, Clock);

    [Fact]
    public async Task Save_TwoProcessesOfOneName_EachIsAVersionAndReadersSeeWholeOnes()
    {
        const int Versions = 40;
        var saved = new ConcurrentDictionary<Guid, string>();
        using var other = SecondProcess.Start(Folder, Echo, "other", Versions);
        Assert.Equal("ready", await other.StandardOutput.ReadLineAsync(Cancel));

        await other.StandardInput.WriteLineAsync("go".AsMemory(), Cancel);
        var registry = new ObjectRegistry(OpenStore(), TimeProvider.System);
        for (var i = 0; i < Versions; i++)
        {
            var version = await registry.SaveAsync(Echo, Twins($"this-{i}"), Cancel);
            Assert.True(saved.TryAdd(version.Id, $"this-{i}"));
            Assert.NotEmpty((await registry.FindAsync(Echo, Cancel))!.AssertTwins());
        }

        var output = await other.StandardOutput.ReadToEndAsync(Cancel);
        await other.WaitForExitAsync(Cancel);
        Assert.Equal(0, other.ExitCode);
        var theirs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Versions, theirs.Length);
        for (var i = 0; i < theirs.Length; i++)
        {
            Assert.True(saved.TryAdd(Guid.Parse(theirs[i]), $"other-{i}"));
        }

        await AssertHistoryAsync(saved, others: 0);
    }

    [Fact]
    public async Task Save_ProcessKilledInTheMiddle_LeavesAReadableRegistry()
    {
        using var other = SecondProcess.Start(Folder, Echo, "other", int.MaxValue);
        Assert.Equal("ready", await other.StandardOutput.ReadLineAsync(Cancel));
        await other.StandardInput.WriteLineAsync("go".AsMemory(), Cancel);
        List<Guid> saved = [];
        for (var i = 0; i < 20; i++)
        {
            saved.Add(Guid.Parse((await other.StandardOutput.ReadLineAsync(Cancel))!));
        }

        other.Kill();
        await other.WaitForExitAsync(Cancel);

        var registry = new ObjectRegistry(OpenStore(), TimeProvider.System);
        Assert.NotEmpty((await registry.FindAsync(Echo, Cancel))!.AssertTwins());
        Assert.Empty(saved.Except((await registry.HistoryAsync(Echo, Cancel)).Select(version => version.Id)));
        var next = await registry.SaveAsync(Echo, Twins("next"), Cancel);
        Assert.Equal(next, (await registry.FindAsync(Echo, Cancel))!.Version);
    }

    [Fact]
    public async Task Write_SourceFails_LeavesTheOldBlobAndNoTemporaryFile()
    {
        var store = OpenStore();
        await store.WriteTextAsync("blob", "old", Cancel);

        await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.WriteAsync("blob", new BrokenStream(), Cancel));

        Assert.Equal("old", await store.ReadTextAsync("blob", Cancel));
        Assert.Empty(Directory.GetFiles(TemporaryFolder));
    }

    [Fact]
    public async Task Write_TemporaryFileOfADeadProcess_IsSweptAfterADay()
    {
        Directory.CreateDirectory(TemporaryFolder);
        var (dead, busy) = (Path.Combine(TemporaryFolder, "dead"), Path.Combine(TemporaryFolder, "busy"));
        foreach (var (path, age) in new[] { (dead, TimeSpan.FromHours(25)), (busy, TimeSpan.FromHours(23)) })
        {
            await File.WriteAllTextAsync(path, "", Cancel);
            File.SetLastWriteTimeUtc(path, Clock.GetUtcNow().UtcDateTime - age);
        }

        await OpenStore().WriteTextAsync("blob", "text", Cancel);

        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(busy));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/outside")]
    [InlineData("a//b")]
    [InlineData("..\\outside")]
    [InlineData(".tmp/x")]
    public async Task Write_KeyThatLooksLikeAWayOut_StaysInTheFolder(string key)
    {
        var store = OpenStore();
        try
        {
            await store.WriteTextAsync(key, "text", Cancel);
            Assert.Equal([key], await store.ListAsync("", Cancel).ToListAsync(Cancel));
        }
        catch (ArgumentException)
        {
            Assert.Contains(key.Split('/'), segment => segment.Length == 0);
        }

        Assert.DoesNotContain(_parent.GetFileSystemInfos(), entry => entry.FullName != Folder);
        Assert.Empty(await store.ListAsync("../", Cancel).Where(found => found != key).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Store_FolderIsAFile_IsUnavailableAndNamesThePath()
    {
        await File.WriteAllTextAsync(Folder, "", Cancel);
        var store = OpenStore();

        var fault = await Assert.ThrowsAsync<RegistryUnavailableException>(() => store.CheckAsync(Cancel));
        Assert.Contains(Folder, fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => OpenRegistryOn(store).SaveAsync(Echo, Content("x"), Cancel));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Store_FolderMayNotBeWritten_IsAccessDenied()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions.");

        // The mode of a folder does not bind root, but nobody makes files in the kernel's own.
        var folder = "/sys/kernel";
        if (!Environment.IsPrivilegedProcess)
        {
            folder = Directory.CreateDirectory(Folder).FullName;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await Assert.ThrowsAsync<RegistryAccessDeniedException>(() => new FileBlobStore(folder, Clock).CheckAsync(Cancel));
    }

    private ObjectRegistry OpenRegistryOn(IBlobStore store) => new(store, Clock);

    private sealed class BrokenStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new IOException("The source broke.");
    }
}
