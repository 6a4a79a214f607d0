using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Sets the keys of one cluster apart from everything else on the same server.</summary>
/// <remarks>
/// Every key starts with the name as a hash tag, <c>{mindtrace}:</c>, so a Redis Cluster keeps all of them on one shard: a script
/// can change any of them in one step.
/// </remarks>
public sealed record RedisKeySpace
{
    /// <summary>Initializes a new instance of the <see cref="RedisKeySpace"/> class.</summary>
    /// <param name="name">1 or more characters, no braces, which would end the hash tag early. The default is <c>mindtrace</c>.</param>
    /// <exception cref="ArgumentException">The name is empty or contains a brace.</exception>
    public RedisKeySpace(string name = "mindtrace")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.AsSpan().ContainsAny('{', '}'))
        {
            throw new ArgumentException($"'{name}' is no name for a key space: it must not contain braces.", nameof(name));
        }

        (Name, Prefix) = (name, $"{{{name}}}:");
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets what every key starts with.</summary>
    public string Prefix { get; }

    internal RedisKey Key(string suffix) => Prefix + suffix;
}
