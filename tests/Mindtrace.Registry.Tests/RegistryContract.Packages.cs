using System.Security.Cryptography;

namespace Mindtrace.Registry.Tests;

public abstract partial class RegistryContract
{
    private const long Limit = 64 * 1024 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17 * 1024 * 1024 + 1)]
    public async Task SavePackage_AnySize_OpensWithTheSameBytes(int bytes)
    {
        var package = RandomNumberGenerator.GetBytes(bytes);
        var digest = await new PackageStore(OpenStore()).SaveAsync(new MemoryStream(package), Limit, Cancel);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(package)), digest.ToString());
        Assert.True(await new PackageStore(OpenStore()).ExistsAsync(digest, Cancel));
        await using var stream = await new PackageStore(OpenStore()).OpenAsync(digest, Cancel);
        Assert.NotNull(stream);
        Assert.Equal(bytes, stream.Length);
        Assert.Equal(digest.ToString(), Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Cancel)));
    }

    [Fact]
    public async Task SavePackage_SameBytesAgain_IsOnePackage()
    {
        var packages = new PackageStore(OpenStore());
        var digest = await packages.SaveAsync(new MemoryStream([1, 2, 3]), Limit, Cancel);

        Assert.Equal(digest, await packages.SaveAsync(new MemoryStream([1, 2, 3]), Limit, Cancel));

        Assert.Equal([$"packages/{digest}"], await OpenStore().ListAsync("packages/", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task SavePackage_OverTheLimit_IsRefusedAndNotStored()
    {
        var packages = new PackageStore(OpenStore());
        await packages.SaveAsync(new MemoryStream(new byte[10]), maxBytes: 10, Cancel);

        var refusal = await Assert.ThrowsAsync<PackageTooLargeException>(() => packages.SaveAsync(new MemoryStream(new byte[11]), maxBytes: 10, Cancel));

        Assert.Equal(10, refusal.MaxBytes);
        Assert.Contains("10 bytes", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await OpenStore().ListAsync("packages/", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task SavePackage_Inspected_IsSeenWholeFromItsStart()
    {
        long seen = -1;
        var digest = await new PackageStore(OpenStore()).SaveAsync(new MemoryStream([1, 2, 3]), Limit, InspectAsync, Cancel);

        Assert.Equal(1 + (2 << 8) + (3 << 16), seen);
        await using var stream = await new PackageStore(OpenStore()).OpenAsync(digest, Cancel);
        Assert.Equal(3, stream!.Length);

        async Task InspectAsync(Stream package, CancellationToken cancellationToken)
        {
            var bytes = new byte[package.Length];
            await package.ReadExactlyAsync(bytes, cancellationToken);
            seen = bytes.Select((b, i) => b << (8 * i)).Sum();
        }
    }

    [Fact]
    public async Task SavePackage_InspectionRefuses_IsNotStored()
    {
        await Assert.ThrowsAsync<FormatException>(() => new PackageStore(OpenStore()).SaveAsync(
            new MemoryStream([1, 2, 3]), Limit, (_, _) => throw new FormatException(), Cancel));

        Assert.Empty(await OpenStore().ListAsync("packages/", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task OpenPackage_Unknown_IsNull()
    {
        var packages = new PackageStore(OpenStore());
        var digest = PackageDigest.Parse(new string('a', 64));

        Assert.False(await packages.ExistsAsync(digest, Cancel));
        Assert.Null(await packages.OpenAsync(digest, Cancel));
    }

    [Fact]
    public async Task OpenPackage_StoredBytesChanged_IsAnIntegrityFaultUntilSavedAgain()
    {
        var packages = new PackageStore(OpenStore());
        var digest = await packages.SaveAsync(new MemoryStream([1, 2, 3]), Limit, Cancel);
        await OpenStore().WriteTextAsync($"packages/{digest}", "changed", Cancel);

        var fault = await Assert.ThrowsAsync<RegistryIntegrityException>(() => packages.OpenAsync(digest, Cancel));
        Assert.Contains(digest.ToString(), fault.Message, StringComparison.Ordinal);

        await packages.SaveAsync(new MemoryStream([1, 2, 3]), Limit, Cancel);
        await using var stream = await packages.OpenAsync(digest, Cancel);
        Assert.Equal(3, stream!.Length);
    }
}
