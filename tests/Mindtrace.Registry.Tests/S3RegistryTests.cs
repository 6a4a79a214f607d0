using Mindtrace.Registry.Minio;
using Mindtrace.TestServers;
using static Mindtrace.Registry.Tests.Samples;

namespace Mindtrace.Registry.Tests;

public sealed class S3RegistryTests(S3Server server) : RegistryContract, IClassFixture<S3Server>, IDisposable
{
    private readonly string _bucket = $"test-{Guid.NewGuid():N}";
    private readonly List<MinioBlobStore> _stores = [];

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    protected override IBlobStore OpenStore() => Open($"{server.ConnectionString};Bucket={_bucket}");

    [Fact]
    public async Task Save_BucketOfManyWritersDoesNotExist_IsCreatedOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => new ObjectRegistry(OpenStore(), Clock)
            .SaveAsync(new RegistryName("worker", $"w{i}"), Content("x"), Cancel)));

        Assert.Equal(4, await new ObjectRegistry(OpenStore(), Clock).ListAsync("worker", Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Store_WrongSecret_SaysSoWithoutShowingIt()
    {
        const string Wrong = "not-the-secret-of-this-server";
        var right = MinioConnection.Parse(server.ConnectionString);
        var store = Open($"Endpoint={right.Endpoint};AccessKey={right.AccessKey};SecretKey={Wrong};Bucket={_bucket}");

        var fault = await Assert.ThrowsAsync<RegistryCredentialsException>(() => store.CheckAsync(Cancel));
        Assert.Contains(right.AccessKey, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, fault.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryCredentialsException>(() => new ObjectRegistry(store, Clock).FindAsync(Echo, Cancel));
    }

    private MinioBlobStore Open(string connectionString)
    {
        _stores.Add(new MinioBlobStore(MinioConnection.Parse(connectionString), Clock));
        return _stores[^1];
    }
}
