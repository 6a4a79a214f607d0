using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static Mindtrace.Registry.Tests.Samples;

namespace Mindtrace.Registry.Tests;

public sealed class RegistryContentTests
{
    [Fact]
    public void Hash_SeveralFiles_CoversPathsAndBytesFolderByFolder()
    {
        var content = new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["b"] = "3"u8.ToArray(), ["a-b"] = "2"u8.ToArray(), ["a/b"] = "1"u8.ToArray(),
        });

        Assert.Equal(["a/b", "a-b", "b"], content.Files.Keys);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a/b1a-b2b3"))), content.Hash);
    }

    [Fact]
    public void Create_BytesChangedAfterwards_KeepsTheOriginalOnes()
    {
        byte[] bytes = [1];
        var content = new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = bytes });

        bytes[0] = 2;

        Assert.Equal([1], content.Files["a"].ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("a/.b")]
    [InlineData("c:a")]
    public void Create_BadPath_IsRefused(string path) => Assert.Throws<ArgumentException>("files", () => Content("x", path));

    [Fact]
    public void Create_NoFile_IsRefused() =>
        Assert.Throws<ArgumentException>("files", () => new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>>()));

    [Fact]
    public void Create_TooManyBytes_IsRefusedNamingTheLimit()
    {
        var half = new byte[(RegistryContent.MaxBytes / 2) + 1];
        _ = new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = half });

        var fault = Assert.Throws<ArgumentException>(
            "files", () => new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = half, ["b"] = half }));
        Assert.Contains($"{RegistryContent.MaxBytes}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("path")]
    [InlineData("_files")]
    [InlineData("_storage")]
    public void Create_MetadataFieldOfTheRegistry_IsRefused(string field)
    {
        var metadata = new Dictionary<string, JsonElement> { [field] = JsonSerializer.SerializeToElement(1) };

        Assert.Throws<ArgumentException>(
            "metadata", () => new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { ["a"] = default }, metadata));
    }
}
