using System.Globalization;
using Mindtrace.Jobs.Redis;
using Mindtrace.TestServers;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>A store in the form of a later release.</summary>
public sealed class StoreFormatTests
{
    [Fact]
    public async Task Manager_StoreOfALaterRelease_SaysSoAndEnds()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var redis = new GarnetServer();
        await redis.StartAsync(cancel);
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString))
        {
            await connection.GetDatabase().StringSetAsync($"{new RedisKeySpace().Prefix}format", RedisStoreFormat.Known + 1);
        }

        var launch = ManagerLaunch.On(redis.ConnectionString);
        var manager = await Command.RunAsync(
            "dotnet",
            [launch.Program],
            cancel,
            launch.Settings.Append(new("Security:ApiKey", launch.ApiKey)).Append(new("ASPNETCORE_URLS", launch.Url.AbsoluteUri))
                .Where(setting => setting.Value is not null)
                .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!)).InTime();

        Assert.True(manager.ExitCode == 1, $"{manager.ExitCode}: {manager.Output}\n{manager.Error}");
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"The job store is of format {RedisStoreFormat.Known + 1}, and this release knows {RedisStoreFormat.Known}"),
            manager.Output,
            StringComparison.Ordinal);
    }
}
