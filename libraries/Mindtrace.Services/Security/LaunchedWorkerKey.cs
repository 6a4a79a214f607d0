using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Mindtrace.Services;

/// <summary>
/// The key of one worker that a node launched: it follows from the key that the node was handed for its workers and from the worker's id, so that
/// the node can make it, the manager knows it, and nothing is stored. A worker's own key opens all of that worker, and nothing of its neighbours.
/// </summary>
public sealed class LaunchedWorkerKey
{
    // No key that is made can have such a name.
    private const string Prefix = "worker@";
    private const char Separator = '@';
    private const int TimestampBits = 48;

    /// <summary>A launch takes an hour at most, and clocks may be an hour apart.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(2);

    private static readonly TimeSpan LargestAdvance = TimeSpan.FromHours(1);

    private LaunchedWorkerKey(Guid worker, Uri node) => (Worker, Node) = (worker, node);

    /// <summary>Gets the id of the worker.</summary>
    public Guid Worker { get; }

    /// <summary>Gets where the node is that launched it.</summary>
    public Uri Node { get; }

    /// <summary>Makes an id for a worker, which tells when that was.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The id, a UUID of version 7.</returns>
    public static Guid NewWorker(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <summary>Makes the key.</summary>
    /// <param name="worker">The id that the worker is given.</param>
    /// <param name="node">Where its node is, as the manager knows it.</param>
    /// <param name="workersKey">The key that the node was handed for its workers.</param>
    /// <returns>The key.</returns>
    public static ApiKey Of(Guid worker, Uri node, string workersKey)
    {
        ArgumentNullException.ThrowIfNull(node);
        return ApiKey.Derive($"{Prefix}{worker}{Separator}{node.AbsoluteUri}", workersKey);
    }

    /// <summary>Reads the name of a key.</summary>
    /// <param name="name">What a caller may have made up.</param>
    /// <param name="key">What the name says, whether or not anyone made the key.</param>
    /// <returns>Whether it is the name of such a key.</returns>
    public static bool TryRead(string name, [NotNullWhen(true)] out LaunchedWorkerKey? key)
    {
        ArgumentNullException.ThrowIfNull(name);
        key = null;
        if (name.StartsWith(Prefix, StringComparison.Ordinal)
            && name[Prefix.Length..].Split(Separator, 2) is [var id, var url]
            && Guid.TryParseExact(id, "D", out var worker) && worker.Version == 7 && worker.ToString() == id
            && Uri.TryCreate(url, UriKind.Absolute, out var node) && node.AbsoluteUri == url)
        {
            key = new LaunchedWorkerKey(worker, node);
        }

        return key is not null;
    }

    /// <summary>Tells whether the worker may be so new that it has not registered yet.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether its id was made within the last two hours, by clocks that are up to an hour apart.</returns>
    public bool MayBeStarting(DateTimeOffset now)
    {
        var madeAt = BinaryPrimitives.ReadInt64BigEndian(Worker.ToByteArray(bigEndian: true)) >>> (64 - TimestampBits);
        var age = TimeSpan.FromMilliseconds(now.ToUnixTimeMilliseconds() - madeAt);
        return -LargestAdvance <= age && age <= LongestStart;
    }
}
