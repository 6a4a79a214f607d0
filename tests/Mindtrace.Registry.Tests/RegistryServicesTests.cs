using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mindtrace.Registry.Minio;
using static Mindtrace.Registry.Tests.Samples;

namespace Mindtrace.Registry.Tests;

public sealed class RegistryServicesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-registry-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task AddRegistry_FileSystem_UsesTheFolderAndIsHealthy()
    {
        await using var provider = Provider(("Registry:Backend", "FileSystem"), ("Registry:Path", _folder.FullName));

        await provider.GetRequiredService<ObjectRegistry>().SaveAsync(Echo, Content("x"), Cancel);
        var digest = await provider.GetRequiredService<PackageStore>().SaveAsync(new MemoryStream([1]), 1, Cancel);

        Assert.True(File.Exists(Path.Combine(_folder.FullName, "packages", digest.ToString())));
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);
        Assert.Equal(HealthStatus.Healthy, report.Entries["registry"].Status);
    }

    [Fact]
    public async Task AddRegistry_Minio_UsesTheConnectionString()
    {
        await using var provider = Provider(
            ("Registry:Backend", "Minio"), ("ConnectionStrings:minio", "Endpoint=http://127.0.0.1:9;AccessKey=a;SecretKey=b;Bucket=bucket"));

        Assert.Equal("s3://bucket", provider.GetRequiredService<IBlobStore>().Location);
        Assert.Equal("b", provider.GetRequiredService<MinioConnection>().SecretKey);
    }

    [Fact]
    public void AddRegistry_MinioWithoutServer_FailsAtOnce() =>
        Assert.Throws<InvalidOperationException>(() => Provider(("Registry:Backend", "Minio")));

    [Theory]
    [InlineData("Registry:Backend", "Floppy")]
    [InlineData("Registry:Backend", "7")]
    [InlineData("Registry:Path", "")]
    public void AddRegistry_SettingIsWrong_FailsAtOnceAndNamesIt(string key, string value)
    {
        var fault = Assert.Throws<InvalidOperationException>(() => Provider((key, value)));

        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthCheck_StoreCannotBeUsed_IsUnhealthyAndSaysWhy()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        await using var provider = Provider(("Registry:Path", file));

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["registry"].Status);
        Assert.Contains(file, report.Entries["registry"].Description, StringComparison.Ordinal);
    }

    private static ServiceProvider Provider(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();
        return new ServiceCollection().AddLogging().AddRegistry(configuration).BuildServiceProvider(validateScopes: true);
    }
}
