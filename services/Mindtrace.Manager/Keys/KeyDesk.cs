using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Keys;

/// <summary>Makes, lists and revokes API keys.</summary>
internal sealed partial class KeyDesk(RedisKeyDirectory keys, IApiKeyDirectory directory, TimeProvider time, ILogger<KeyDesk> logger)
{
    /// <exception cref="InvalidRequestException">The roles or the end cannot be those of a key.</exception>
    /// <exception cref="KeyExistsException">There is one of the name.</exception>
    public async Task<CreateKeyResponse> CreateAsync(CreateKeyRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (request.ExpiresAt <= now)
        {
            throw new InvalidRequestException("expires_at", "must be in the future");
        }

        if (request.Roles.Contains(Role.Job))
        {
            throw new InvalidRequestException("roles", "must not name job: that role belongs to the code of a job, for as long as it runs");
        }

        var key = ApiKey.Create(request.Name.Value);
        var roles = request.Roles.Distinct().Select(role => role.ToString()).ToArray();
        if (!await keys.AddAsync(key.Name, new StoredKey(key.Digest, roles, now, request.ExpiresAt), cancellationToken))
        {
            throw new KeyExistsException(request.Name);
        }

        LogCreated(request.Name, string.Join(", ", roles), request.ExpiresAt);
        return new CreateKeyResponse(request.Name, key.Text);
    }

    public async Task<ListKeysResponse> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = await keys.ListAsync(cancellationToken);
        return new ListKeysResponse([.. known
            .OrderBy(key => key.Key, StringComparer.Ordinal)
            .Select(key => new KeyStatus(
                KeyName.Parse(key.Key), StoredApiKeys.Roles(key.Value), key.Value.CreatedAt, key.Value.ExpiresAt, Expired: key.Value.ExpiresAt <= now))]);
    }

    /// <exception cref="UnknownKeyException">There is none of the name.</exception>
    public async Task RevokeAsync(KeyName name, CancellationToken cancellationToken)
    {
        if (!await keys.RemoveAsync(name.Value, cancellationToken))
        {
            throw new UnknownKeyException(name);
        }

        LogRevoked(name);
    }

    public async Task<FindKeyResponse> FindAsync(string name, CancellationToken cancellationToken) =>
        new(await directory.FindAsync(name, cancellationToken));

    [LoggerMessage(LogLevel.Information, "Key {KeyName} was made with the roles {Roles}, valid until {ExpiresAt}")]
    private partial void LogCreated(KeyName keyName, string roles, DateTimeOffset? expiresAt);

    [LoggerMessage(LogLevel.Information, "Key {KeyName} was revoked")]
    private partial void LogRevoked(KeyName keyName);
}
