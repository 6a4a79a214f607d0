namespace Mindtrace.Services;

/// <summary>Where a service looks up keys.</summary>
public interface IApiKeyDirectory
{
    /// <summary>Looks up a key.</summary>
    /// <param name="name">Its name, which any caller may have made up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is kept of it, also when it has expired; <see langword="null"/> when there is none of the name.</returns>
    Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken);
}

/// <summary>What is kept of a key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">What <see cref="ApiKey.Digest"/> is of the right key.</param>
/// <param name="Roles">The roles that it was made with. Each brings those that it includes.</param>
/// <param name="ExpiresAt">When it ceases to be valid; <see langword="null"/> for never.</param>
public sealed record KnownApiKey(string Name, string Digest, IReadOnlyList<Role> Roles, DateTimeOffset? ExpiresAt);
