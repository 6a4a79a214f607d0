using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Manager.Keys;

/// <summary>Makes, lists and revokes API keys.</summary>
internal static class KeyEndpoints
{
    public static void AddKeys(this IHostApplicationBuilder builder) => builder.Services
        .AddSingleton<KeyDesk>()
        .AddSingleton<StoredApiKeys>()
        .AddSingleton<IApiKeyDirectory, ManagedApiKeys>()
        .AddProblem<KeyExistsException>(StatusCodes.Status409Conflict, "key-exists", "There is a key of this name.", e => e.Message)
        .AddProblem<UnknownKeyException>(StatusCodes.Status404NotFound, "key-not-found", "There is no such key.", e => e.Message);

    public static void MapKeys(this OperationGroup operations)
    {
        operations.Map(KeyOperations.CreateKey, (CreateKeyRequest request, KeyDesk desk, CancellationToken cancellationToken) =>
            desk.CreateAsync(request, cancellationToken));
        operations.Map(KeyOperations.ListKeys, (KeyDesk desk, CancellationToken cancellationToken) => desk.ListAsync(cancellationToken));
        operations.Map(KeyOperations.RevokeKey, (KeyNameRequest request, KeyDesk desk, CancellationToken cancellationToken) =>
            desk.RevokeAsync(request.Name, cancellationToken));
        operations.Map(KeyOperations.FindKey, (FindKeyRequest request, KeyDesk desk, CancellationToken cancellationToken) =>
            desk.FindAsync(request.Name, cancellationToken));
    }
}
