using System.Text.Json;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>The worker types in the registry: objects <c>worker:{name}</c> of one file, <c>worker.json</c>.</summary>
/// <param name="registry">The registry.</param>
public sealed class WorkerTypeStore(ObjectRegistry registry)
{
    private const string Kind = "worker";
    private const string FileName = "worker.json";

    /// <summary>Stores a worker type; an earlier one of the name is replaced.</summary>
    /// <param name="name">The name.</param>
    /// <param name="definition">What is launched.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the worker type is stored.</returns>
    /// <exception cref="RegistryException">The registry cannot be used.</exception>
    public Task SaveAsync(WorkerTypeName name, WorkerTypeDefinition definition, CancellationToken cancellationToken)
    {
        var file = JsonSerializer.SerializeToUtf8Bytes(definition, ServiceJson.Options);
        var content = new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { [FileName] = file });
        return registry.SaveAsync(new RegistryName(Kind, name.Value), content, cancellationToken);
    }

    /// <summary>Looks up a worker type.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is launched; <see langword="null"/> when there is no such worker type.</returns>
    /// <exception cref="RegistryException">The registry cannot be used, or what it holds is damaged.</exception>
    public async Task<WorkerTypeDefinition?> FindAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        await registry.FindAsync(new RegistryName(Kind, name.Value), cancellationToken).ConfigureAwait(false) is { } found
            ? JsonSerializer.Deserialize<WorkerTypeDefinition>(found.Content.Files[FileName].Span, ServiceJson.Options)
            : null;
}
