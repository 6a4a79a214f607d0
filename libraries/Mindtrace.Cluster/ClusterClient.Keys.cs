using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <content>API keys.</content>
public sealed partial class ClusterClient
{
    /// <summary>Makes a key.</summary>
    /// <param name="request">Its name and roles.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The key itself, which cannot be shown again.</returns>
    public Task<CreateKeyResponse> CreateKeyAsync(CreateKeyRequest request, CancellationToken cancellationToken = default) =>
        service.CallAsync(KeyOperations.CreateKey, request, cancellationToken);

    /// <summary>Lists the keys that were made and not revoked.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The keys, by name, expired ones included.</returns>
    public async Task<IReadOnlyList<KeyStatus>> ListKeysAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(KeyOperations.ListKeys, cancellationToken).ConfigureAwait(false)).Keys;

    /// <summary>Revokes a key. Every service refuses it within 5 seconds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the key is revoked.</returns>
    public Task RevokeKeyAsync(KeyName name, CancellationToken cancellationToken = default) =>
        service.CallAsync(KeyOperations.RevokeKey, new KeyNameRequest(name), cancellationToken);

    /// <summary>Looks up what is kept of a key, for a service that checks keys.</summary>
    /// <param name="name">Its name, as a caller sent it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is kept; <see langword="null"/> when there is no key of the name.</returns>
    public async Task<KnownApiKey?> FindKeyAsync(string name, CancellationToken cancellationToken = default) =>
        (await service.CallAsync(KeyOperations.FindKey, new FindKeyRequest(name), cancellationToken).ConfigureAwait(false)).Key;
}
