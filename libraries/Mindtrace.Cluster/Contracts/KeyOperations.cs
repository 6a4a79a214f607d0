using System.ComponentModel.DataAnnotations;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the manager makes, lists and revokes API keys.</summary>
public static class KeyOperations
{
    /// <summary>Makes a key.</summary>
    public static readonly Operation<CreateKeyRequest, CreateKeyResponse> CreateKey = new("create_key", Role.Admin)
    {
        Example = new(Examples.Key, [Role.Submitter]) { ExpiresAt = Examples.Time },
        Description = "Makes an API key. The answer is the only one that holds the key itself: of it only a hash is kept.",
        Audit = request => request.Name.Value,
    };

    /// <summary>Lists the keys.</summary>
    public static readonly Operation<Unit, ListKeysResponse> ListKeys = new("list_keys", Role.Admin)
    {
        Description = "Lists the API keys that were made and not revoked, expired ones included, without the keys themselves.",
    };

    /// <summary>Revokes a key.</summary>
    public static readonly Operation<KeyNameRequest, Unit> RevokeKey = new("revoke_key", Role.Admin)
    {
        Example = new(Examples.Key),
        Description = "Revokes an API key. Every service refuses it within 5 seconds. Its name is free again.",
        Audit = request => request.Name.Value,
    };

    /// <summary>Looks up a key, for a service that cannot read the store.</summary>
    public static readonly Operation<FindKeyRequest, FindKeyResponse> FindKey = new("find_key", Role.Worker)
    {
        Example = new(Examples.Key.Value),
        Description = "Tells a node or a worker what is kept of an API key, so that it can check one.",
    };
}

/// <summary>Asks for a key.</summary>
/// <param name="Name">Its name, which no other key has.</param>
/// <param name="Roles">What it opens, one role or more. Admin includes operator, operator submitter, submitter viewer.</param>
public sealed record CreateKeyRequest(KeyName Name, [property: MinLength(1, ErrorMessage = "must name at least one role")] IReadOnlyList<Role> Roles)
{
    /// <summary>Gets when it ceases to be valid.</summary>
    /// <value>In the future; null for never.</value>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key that was made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The key itself, which is shown here and nowhere else.</param>
public sealed record CreateKeyResponse(KeyName Name, string Key);

/// <summary>Names a key.</summary>
/// <param name="Name">Its name.</param>
public sealed record KeyNameRequest(KeyName Name);

/// <summary>Asks for what is kept of a key.</summary>
/// <param name="Name">The name that a caller sent: that of a key that somebody made, or of one that the manager makes for services.</param>
public sealed record FindKeyRequest([property: PlainText(FindKeyRequest.MaxNameLength)] string Name)
{
    /// <summary>The most characters of a name: those of a URL, and some before it.</summary>
    public const int MaxNameLength = 2100;
}

/// <summary>The keys of the cluster, without that of <c>Security:ApiKey</c>.</summary>
/// <param name="Keys">Each key, by name.</param>
public sealed record ListKeysResponse(IReadOnlyList<KeyStatus> Keys);

/// <summary>What may be told of a key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Roles">The roles that it was made with.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ceases to be valid; null for never.</param>
/// <param name="Expired">Whether it did so.</param>
public sealed record KeyStatus(KeyName Name, IReadOnlyList<Role> Roles, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, bool Expired);

/// <summary>What a node or a worker was told of a key.</summary>
/// <param name="Key">What is kept of it; null when there is none of the name.</param>
public sealed record FindKeyResponse(KnownApiKey? Key);
