using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using IConnectionMultiplexer = StackExchange.Redis.IConnectionMultiplexer;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>How keys are made, listed and revoked.</summary>
public sealed class KeyTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task CreateKey_IsListedWithoutItsSecret_UntilItIsRevoked()
    {
        var (name, end) = (NewName(), TimeProvider.System.GetUtcNow().AddDays(1));
        var made = await Cluster.CreateKeyAsync(new CreateKeyRequest(name, [Role.Submitter, Role.Submitter]) { ExpiresAt = end }, Cancel);
        var listed = Assert.Single(await Cluster.ListKeysAsync(Cancel), key => key.Name == name);
        var redis = fixture.Manager.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var stored = (string)(await redis.HashGetAsync(new RedisKeySpace().Prefix + "api-keys", name.Value))!;

        Assert.Equal((end, false), (listed.ExpiresAt, listed.Expired));
        Assert.Equal([Role.Submitter], listed.Roles);
        Assert.StartsWith($"mtk.{name}.", made.Key, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Key.Split('.')[^1], stored, StringComparison.Ordinal);

        await Cluster.RevokeKeyAsync(name, Cancel);
        Assert.DoesNotContain(await Cluster.ListKeysAsync(Cancel), key => key.Name == name);
    }

    [Fact]
    public async Task CreateKey_NameIsTaken_IsRefusedAndTheKeyStays()
    {
        var name = NewName();
        var made = await Cluster.CreateKeyAsync(new CreateKeyRequest(name, [Role.Viewer]), Cancel);

        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.CreateKeyAsync(new CreateKeyRequest(name, [Role.Admin]), Cancel));

        Assert.Equal((409, "urn:mindtrace:problem:key-exists"), (refused.Status, refused.ProblemType));
        Assert.NotNull(await With(made.Key).ListJobTypesAsync(Cancel));
        Assert.Equal(403, (await Assert.ThrowsAsync<OperationException>(() => With(made.Key).ListKeysAsync(Cancel))).Status);
    }

    [Fact]
    public async Task CreateKey_WithoutRolesOrExpiredAtOnce_IsRefused()
    {
        var none = await Assert.ThrowsAsync<OperationException>(() => Cluster.CreateKeyAsync(new CreateKeyRequest(NewName(), []), Cancel));
        var past = await Assert.ThrowsAsync<OperationException>(() => Cluster.CreateKeyAsync(
            new CreateKeyRequest(NewName(), [Role.Viewer]) { ExpiresAt = DateTimeOffset.UnixEpoch }, Cancel));

        Assert.Equal((422, "roles"), (none.Status, Assert.Single(none.Errors).Key));
        Assert.Equal((422, "expires_at"), (past.Status, Assert.Single(past.Errors).Key));
    }

    [Fact]
    public async Task RevokeKey_Unknown_Is404()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RevokeKeyAsync(NewName(), Cancel));

        Assert.Equal((404, "urn:mindtrace:problem:key-not-found"), (refused.Status, refused.ProblemType));
    }

    [Fact]
    public async Task Key_DatabasesAreCleared_StaysValid()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"keys-{Guid.NewGuid():N}"));
        var made = await manager.Cluster.CreateKeyAsync(new CreateKeyRequest(NewName(), [Role.Viewer]), Cancel);

        await manager.Cluster.ClearDatabasesAsync(Cancel);

        Assert.Equal(made.Name, Assert.Single(await manager.Cluster.ListKeysAsync(Cancel)).Name);
    }

    private static KeyName NewName() => KeyName.Parse($"key.{Guid.NewGuid():N}");

    private ClusterClient With(string key) => new(new ServiceClient(fixture.Manager.CreateClient(), apiKey: key));
}
