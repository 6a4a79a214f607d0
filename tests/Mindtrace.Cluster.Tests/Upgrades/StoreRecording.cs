using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Upgrades;

/// <summary>
/// All that a job store and a registry in a folder held, in a file. What expires by itself is left out: it tells of processes that are gone.
/// </summary>
internal static class StoreRecording
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(string file, string connectionString, DirectoryInfo registry)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var database = redis.GetDatabase();
        var entries = new SortedDictionary<string, StoredValue>(StringComparer.Ordinal);
        await foreach (var key in redis.GetServers()[0].KeysAsync())
        {
            if (await database.KeyTimeToLiveAsync(key) is null && await ReadAsync(database, key) is { } value)
            {
                entries[key!] = value;
            }
        }

        // After the store: what moves from there to the registry meanwhile is in both.
        var files = registry.EnumerateFiles("*", SearchOption.AllDirectories).ToDictionary(
            stored => Path.GetRelativePath(registry.FullName, stored.FullName), stored => Encoding.Latin1.GetString(File.ReadAllBytes(stored.FullName)));
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new Stored(entries, files), Readable) + "\n");
    }

    public static async Task LoadAsync(string file, string connectionString, DirectoryInfo registry)
    {
        var stored = JsonSerializer.Deserialize<Stored>(await File.ReadAllTextAsync(file))!;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var database = redis.GetDatabase();
        foreach (var (key, value) in stored.Redis)
        {
            await LoadAsync(database, key, value);
        }

        foreach (var (path, text) in stored.Registry)
        {
            var target = new FileInfo(Path.Combine(registry.FullName, path));
            target.Directory!.Create();
            await File.WriteAllBytesAsync(target.FullName, Encoding.Latin1.GetBytes(text));
        }
    }

    /// <returns>The value; <see langword="null"/> when it has moved to the registry meanwhile.</returns>
    private static async Task<StoredValue?> ReadAsync(IDatabase database, RedisKey key)
    {
        var type = await database.KeyTypeAsync(key);
        return type == RedisType.None ? null : new StoredValue(type.ToString(), type switch
        {
            RedisType.String => [Text(await database.StringGetAsync(key))],
            RedisType.Hash => [.. (await database.HashGetAllAsync(key)).SelectMany(entry => (string[])[Text(entry.Name), Text(entry.Value)])],
            RedisType.List => [.. (await database.ListRangeAsync(key)).Select(Text)],
            RedisType.Set => [.. (await database.SetMembersAsync(key)).Select(Text)],
            RedisType.SortedSet => [.. (await database.SortedSetRangeByRankWithScoresAsync(key)).SelectMany(entry =>
                (string[])[Text(entry.Element), entry.Score.ToString("R", CultureInfo.InvariantCulture)])],
            _ => throw new InvalidOperationException($"{key} is a {type}, which no recording holds yet."),
        });
    }

    private static Task LoadAsync(IDatabase database, RedisKey key, StoredValue value) => Enum.Parse<RedisType>(value.Type) switch
    {
        RedisType.String => database.StringSetAsync(key, Bytes(value.Parts[0])),
        RedisType.Hash => database.HashSetAsync(key, [.. value.Parts.Chunk(2).Select(pair => new HashEntry(Bytes(pair[0]), Bytes(pair[1])))]),
        RedisType.List => database.ListRightPushAsync(key, [.. value.Parts.Select(Bytes)]),
        RedisType.Set => database.SetAddAsync(key, [.. value.Parts.Select(Bytes)]),
        RedisType.SortedSet => database.SortedSetAddAsync(key, [.. value.Parts.Chunk(2).Select(pair =>
            new SortedSetEntry(Bytes(pair[0]), double.Parse(pair[1], CultureInfo.InvariantCulture)))]),
        _ => throw new InvalidOperationException($"{key} is a {value.Type}, which no recording holds yet."),
    };

    // One character a byte: texts stay readable, and messages in binary come through.
    private static string Text(RedisValue value) => Encoding.Latin1.GetString((byte[])value!);

    private static RedisValue Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private sealed record Stored(IReadOnlyDictionary<string, StoredValue> Redis, IReadOnlyDictionary<string, string> Registry);

    private sealed record StoredValue(string Type, IReadOnlyList<string> Parts);
}
