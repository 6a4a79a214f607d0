using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The nodes of a cluster, kept by their heartbeats on the server's clock. A node not heard of for a day is forgotten.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisNodeDirectory(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private const int FieldsOfANode = 5;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private static readonly RedisScript BeatScript = RedisScript.Load("Nodes", "beat");
    private static readonly RedisScript ListScript = RedisScript.Load("Nodes", "list");
    private static readonly RedisScript ClaimScript = RedisScript.Load("Nodes", "claim");
    private static readonly RedisScript DrainScript = RedisScript.Load("Nodes", "drain");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey[] _keys = [space.Key("nodes"), space.Key("node-reports"), space.Key("node-claims"), new OrderKeys(space).DrainedNodes];
    private readonly string _orders = new OrderKeys(space).Channel;

    /// <summary>Makes a node known.</summary>
    /// <param name="node">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the node is known.</returns>
    public Task RegisterAsync(Uri node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return BeatScript.EvaluateAsync(_database, _keys, [node.AbsoluteUri, (long)Kept.TotalSeconds], cancellationToken);
    }

    /// <summary>Notes a sign of life.</summary>
    /// <param name="node">Where the node is.</param>
    /// <param name="report">What it tells of itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the node is known; if not, nothing was noted.</returns>
    public async Task<bool> BeatAsync(Uri node, NodeReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var known = await BeatScript.EvaluateAsync(
            _database, _keys, [node.AbsoluteUri, (long)Kept.TotalSeconds, JsonSerializer.SerializeToUtf8Bytes(report, NodeJson.Default.NodeReport)], cancellationToken).ConfigureAwait(false);
        return (bool)known;
    }

    /// <summary>Tells whether a node is known.</summary>
    /// <param name="node">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is known, silent or not.</returns>
    public async Task<bool> IsKnownAsync(Uri node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var beat = await RedisOutage.MapAsync(
            _database, database => database.SortedSetScoreAsync(_keys[0], node.AbsoluteUri), cancellationToken).ConfigureAwait(false);
        return beat is not null;
    }

    /// <summary>Forgets a node.</summary>
    /// <param name="node">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the node is forgotten.</returns>
    public Task RemoveAsync(Uri node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return RedisOutage.MapAsync(
            _database,
            async database =>
            {
                await database.HashDeleteAsync(_keys[2], node.AbsoluteUri).ConfigureAwait(false);
                await database.HashDeleteAsync(_keys[1], node.AbsoluteUri).ConfigureAwait(false);
                return await database.SortedSetRemoveAsync(_keys[0], node.AbsoluteUri).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>Has all workers of a node drained, and none launched there, until it is resumed. A drain that stands is replaced.</summary>
    /// <param name="node">Where it is.</param>
    /// <param name="timeout">How long the jobs of its workers may take; then they are given back. None for as long as they need.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is drained; false when it is unknown.</returns>
    public async Task<bool> DrainAsync(Uri node, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return (bool)await DrainScript.EvaluateAsync(
            _database, [_keys[0], _keys[3]], [node.AbsoluteUri, timeout?.ToMicroseconds() ?? RedisValue.EmptyString, _orders], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the drain of a node back. Its workers that have not ended go on.</summary>
    /// <param name="node">Where it is; it need not be known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was drained.</returns>
    public Task<bool> ResumeAsync(Uri node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return RedisOutage.MapAsync(
            _database,
            async database =>
            {
                var drained = await database.HashDeleteAsync(_keys[3], node.AbsoluteUri).ConfigureAwait(false);
                await database.PublishAsync(RedisChannel.Literal(_orders), $"node {node.AbsoluteUri}").ConfigureAwait(false);
                return drained;
            },
            cancellationToken);
    }

    /// <summary>Counts a worker that is to be launched as a node's own, until its next sign of life tells of it.</summary>
    /// <param name="node">The node, as it was seen.</param>
    /// <param name="needs">What the worker needs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was counted; false when something has happened since: look again.</returns>
    public async Task<bool> ClaimAsync(KnownNode node, NodeResources needs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var claims = new NodeClaims(node.Claims.Workers + 1, node.Claims.Resources + needs);
        return (bool)await ClaimScript.EvaluateAsync(
            _database, [_keys[0], _keys[2], _keys[3]],
            [node.Url.AbsoluteUri, node.Claims.Stored, JsonSerializer.Serialize(claims, NodeJson.Default.NodeClaims)],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the nodes, the one heard of last first.</summary>
    /// <param name="silentAfter">The silence after which a node does not count as live.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The nodes.</returns>
    public async Task<IReadOnlyList<KnownNode>> ListAsync(TimeSpan silentAfter, CancellationToken cancellationToken)
    {
        var answer = await ListScript.EvaluateAsync(_database, _keys, [], cancellationToken).ConfigureAwait(false);
        var fields = (string[])answer!;
        var now = StoreTime.ToTime(fields[0]);
        return [.. fields.Skip(1).Chunk(FieldsOfANode).Select(node => Read(node, now, silentAfter))];
    }

    private static KnownNode Read(string[] node, DateTimeOffset now, TimeSpan silentAfter)
    {
        var beat = StoreTime.ToTime(node[1]);
        return new KnownNode(new Uri(node[0]), beat, IsSilent: now - beat > silentAfter)
        {
            Report = node[2].Length == 0 ? null : JsonSerializer.Deserialize(node[2], NodeJson.Default.NodeReport),
            Claims = node[3].Length == 0 ? NodeClaims.None : JsonSerializer.Deserialize(node[3], NodeJson.Default.NodeClaims)! with { Stored = node[3] },
            Drain = Drain.Read(node[4]),
        };
    }
}

/// <summary>What is known of a node.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="LastBeatAt">When it was last heard of, by the server's clock.</param>
/// <param name="IsSilent">Whether it does not count as live any more.</param>
public sealed record KnownNode(Uri Url, DateTimeOffset LastBeatAt, bool IsSilent)
{
    /// <summary>Gets what it told last; none when it has only registered.</summary>
    public NodeReport? Report { get; init; }

    /// <summary>Gets what was placed there since.</summary>
    public NodeClaims Claims { get; init; } = NodeClaims.None;

    /// <summary>Gets its drain; none when workers may be launched there.</summary>
    public Drain? Drain { get; init; }

    /// <summary>Gets how many workers it has, those included that are on their way.</summary>
    public int Workers => (Report?.Workers ?? 0) + Claims.Workers;

    /// <summary>Gets what is reserved of it, by workers on their way, too.</summary>
    public NodeResources Reserved => (Report?.Reserved ?? NodeResources.None) + Claims.Resources;
}
