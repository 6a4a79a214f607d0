using System.Text;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>What packages are refused, at upload and again before extraction.</summary>
public sealed class WorkerPackageTests : IDisposable
{
    private static readonly WorkerPackageLimits Limits = new(MaxUnpackedBytes: 1000, MaxEntries: 10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-package-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Extract_FilesInFolders_AreAllThere()
    {
        using var package = Zip.Of(("a.txt", "one"), ("b/", ""), ("b/c/d.txt", "two"), ("empty/", ""));

        await WorkerPackage.CheckAsync(package, Limits, Cancel);
        await WorkerPackage.ExtractAsync(package, _folder.FullName, Limits, Cancel);

        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "a.txt"), Cancel));
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "b", "c", "d.txt"), Cancel));
        Assert.True(Directory.Exists(Path.Combine(_folder.FullName, "empty")));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("..")]
    [InlineData("./evil")]
    [InlineData("/evil")]
    [InlineData("//evil")]
    [InlineData("a//evil")]
    [InlineData("..\\evil")]
    [InlineData("a\\evil")]
    [InlineData("C:evil")]
    [InlineData("C:/evil")]
    [InlineData("evil:stream")]
    [InlineData("evil.")]
    [InlineData("evil ")]
    [InlineData("ev\nil")]
    [InlineData("../evil/")]
    [InlineData("/")]
    public async Task Package_WithZipSlip_IsRefusedAndNothingIsWrittenOutside(string name)
    {
        using var package = Zip.Of(("fine", "fine"), (name, "evil"));
        var inside = _folder.CreateSubdirectory("inside").FullName;

        await AssertRefusedAsync(package, Limits, "an entry's name must be a relative path");
        await Assert.ThrowsAsync<WorkerPackageException>(() => WorkerPackage.ExtractAsync(package, inside, Limits, Cancel));

        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, "*evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Package_Bomb_IsRefusedByWhatItDeclares()
    {
        using var package = Zip.OfZeros(1001);
        await AssertRefusedAsync(package, Limits, "unpacks to more than 1000 bytes");

        using var atTheLimit = Zip.OfZeros(1000);
        await WorkerPackage.CheckAsync(atTheLimit, Limits, Cancel);
    }

    [Fact]
    public async Task Package_BombThatDeclaresLess_UnpacksToNoMoreThanItDeclares()
    {
        using var package = Zip.OfZeros(5_000_000).Declaring(10);

        await WorkerPackage.ExtractAsync(package, _folder.FullName, Limits, Cancel);

        Assert.Equal(10, Assert.Single(_folder.EnumerateFiles()).Length);
    }

    [Fact]
    public async Task Package_ThatDeclaresMoreThanItHolds_IsRefused()
    {
        using var package = Zip.OfZeros(10).Declaring(20);
        await AssertRefusedAsync(package, Limits, "declares 20 bytes for 'zeros', which has 10");
    }

    [Fact]
    public async Task Package_WithTooManyEntries_IsRefused()
    {
        using var package = Zip.Of([.. Enumerable.Range(0, 11).Select(i => ($"{i}", ""))]);
        await AssertRefusedAsync(package, Limits, "more than 10 files");
    }

    [Fact]
    public async Task Package_WithALongListThatIsDeclaredShort_IsRefused()
    {
        using var honest = Zip.Of([.. Enumerable.Range(0, 200).Select(i => ($"{i}", ""))]);
        var raw = honest.ToArray();
        var end = raw.AsSpan().LastIndexOf("PK\x05\x06"u8);
        BitConverter.TryWriteBytes(raw.AsSpan(end + 10), (ushort)1);
        using var package = new MemoryStream(raw);

        await AssertRefusedAsync(package, Limits, "more than 10 files");
    }

    [Fact]
    public async Task Package_WithASymlink_IsRefused()
    {
        using var package = Zip.OfLink("/etc/passwd");
        await AssertRefusedAsync(package, Limits, "links are not extracted");
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("a", "a")]
    [InlineData("a", "a/b")]
    [InlineData("A/b", "a")]
    public async Task Package_WithCollidingNames_IsRefused(string one, string other)
    {
        using var package = Zip.Of((one, "one"), (other, "other"));
        await AssertRefusedAsync(package, Limits, "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no zip")]
    [InlineData("PK\u0003\u0004 and nothing else")]
    [InlineData("PK\u0005\u0006")]
    public async Task Package_NotAZip_IsRefused(string text)
    {
        using var package = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await AssertRefusedAsync(package, Limits, "The package is no zip");
    }

    [Fact]
    public async Task Package_CutShort_IsRefusedWhereverItIsCut()
    {
        var whole = Zip.Of(("a", new string('a', 300)), ("b", "b")).ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            using var package = new MemoryStream(whole[..length]);
            await AssertRefusedAsync(package, Limits, "");
        }
    }

    private static async Task AssertRefusedAsync(Stream package, WorkerPackageLimits limits, string reason)
    {
        var refusal = await Assert.ThrowsAsync<WorkerPackageException>(() => WorkerPackage.CheckAsync(package, limits, Cancel));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
