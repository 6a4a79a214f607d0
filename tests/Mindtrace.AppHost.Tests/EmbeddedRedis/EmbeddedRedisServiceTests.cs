using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mindtrace.EmbeddedRedis;
using StackExchange.Redis;

namespace Mindtrace.AppHost.Tests.EmbeddedRedis;

public sealed class EmbeddedRedisServiceTests : IDisposable
{
    private const int SectorSize = 512;
    private const int HeaderSize = sizeof(int);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-embedded-redis-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(3 * SectorSize)]
    public async Task Start_CommitRecordTornAtASectorsEnd_KeepsWhatWasAcknowledged(int zerosBehind)
    {
        await WithServerAsync(takesCheckpoint: false, redis => redis.StringSetAsync("job", "acknowledged"));
        AppendTornCommit(zerosBehind);

        await WithServerAsync(takesCheckpoint: false, async redis => Assert.Equal("acknowledged", await redis.StringGetAsync("job")));
    }

    [Fact]
    public async Task Start_AfterACleanStop_KeepsWhatWasAcknowledged()
    {
        await WithServerAsync(takesCheckpoint: true, redis => redis.StringSetAsync("job", "acknowledged"));

        await WithServerAsync(takesCheckpoint: true, async redis => Assert.Equal("acknowledged", await redis.StringGetAsync("job")));
    }

    [Fact]
    public async Task Start_LessReadBackThanWasCommitted_Fails()
    {
        await WithServerAsync(takesCheckpoint: false, redis => redis.StringSetAsync("job", "acknowledged"));
        AppendTornCommit(zerosBehind: 1024 * 1024);

        using var service = Service(FreePort(), password: null);
        await Assert.ThrowsAsync<DataNotRecoveredException>(() => service.StartAsync(Cancel));
    }

    [Fact]
    public async Task Start_FolderInUse_FailsAndNamesIt()
    {
        using var first = Service(FreePort(), password: null);
        await first.StartAsync(Cancel);
        using var second = Service(FreePort(), password: null);

        var fault = await Assert.ThrowsAsync<DirectoryInUseException>(() => second.StartAsync(Cancel));

        Assert.Contains(_directory.FullName, fault.Message, StringComparison.Ordinal);
    }

    private string LogPath => Path.Combine(_directory.FullName, "AOF", "aof.log.0");

    private async Task WithServerAsync(bool takesCheckpoint, Func<IDatabase, Task> use)
    {
        const string Password = "secret";
        var port = FreePort();
        using var service = Service(port, Password);
        await service.StartAsync(Cancel);
        await using (var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},password={Password}"))
        {
            await use(connection.GetDatabase());
        }

        if (takesCheckpoint)
        {
            await service.StopAsync(Cancel);
        }
    }

    private EmbeddedRedisService Service(int port, string? password) => new(
        Options.Create(new EmbeddedRedisOptions { Port = port, Directory = _directory.FullName, Password = password }),
        NullLoggerFactory.Instance,
        NullLogger<EmbeddedRedisService>.Instance);

    // What a kill leaves when the last sector written ends behind the first 8 bytes of a commit record: here an entry that nobody
    // committed fills the file up to that place.
    private void AppendTornCommit(int zerosBehind)
    {
        var log = File.ReadAllBytes(LogPath);
        var end = EndOfEntries(log);
        var torn = (((end + HeaderSize) / SectorSize) + 1) * SectorSize - 2 * sizeof(int);
        var file = new byte[torn + 2 * sizeof(int) + zerosBehind];
        log.AsSpan(0, end).CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(end), torn - end - HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(torn), -40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(torn + sizeof(int)), 1);
        File.WriteAllBytes(LogPath, file);
    }

    private static int EndOfEntries(ReadOnlySpan<byte> log)
    {
        var at = 64;
        while (at + HeaderSize <= log.Length && BinaryPrimitives.ReadInt32LittleEndian(log[at..]) is var length and not 0)
        {
            at += HeaderSize + (Math.Abs(length) + 3) / 4 * 4;
        }

        return at;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
