using System.Text.Json;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>The worker types in the registry, as Python nodes read them: objects <c>worker:{name}</c> of one file, <c>worker.json</c>.</summary>
/// <param name="registry">The registry.</param>
public sealed class WorkerTypeStore(ObjectRegistry registry)
{
    private const string FileName = "worker.json";

    /// <summary>What tells a Python registry how to load the object.</summary>
    private static readonly Dictionary<string, JsonElement> Metadata = new()
    {
        ["class"] = JsonSerializer.SerializeToElement("mindtrace.cluster.core.types.ProxyWorker"),
        ["materializer"] = JsonSerializer.SerializeToElement("mindtrace.cluster.StandardWorkerLauncher"),
        ["init_params"] = JsonSerializer.SerializeToElement(new { }),
        ["metadata"] = JsonSerializer.SerializeToElement(new { }),
    };

    /// <summary>Stores a worker type; an earlier one of the name is replaced, and stays in the history.</summary>
    /// <param name="name">The name.</param>
    /// <param name="definition">What is launched.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the worker type is stored.</returns>
    /// <exception cref="RegistryException">The registry cannot be used.</exception>
    public Task SaveAsync(WorkerTypeName name, WorkerTypeDefinition definition, CancellationToken cancellationToken)
    {
        var file = JsonSerializer.SerializeToUtf8Bytes(definition, ServiceJson.Options);
        var content = new RegistryContent(new Dictionary<string, ReadOnlyMemory<byte>> { [FileName] = file }, Metadata);
        return registry.SaveAsync(name.RegistryName, content, cancellationToken);
    }

    /// <summary>Looks up a worker type.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is launched; <see langword="null"/> when there is no such worker type.</returns>
    /// <exception cref="RegistryException">The registry cannot be used, or what it holds is damaged.</exception>
    public async Task<WorkerTypeDefinition?> FindAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        await registry.FindAsync(name.RegistryName, cancellationToken).ConfigureAwait(false) is { } found
            ? Read(name, found.Content)
            : null;

    /// <summary>Lists the worker types.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Each worker type with its versions, the newest first, by name.</returns>
    /// <exception cref="RegistryException">The registry cannot be used, or what it holds is damaged.</exception>
    public async Task<IReadOnlyList<(WorkerTypeName Name, WorkerTypeDefinition Definition, IReadOnlyList<RegistryVersion> Versions)>> ListAsync(
        CancellationToken cancellationToken)
    {
        List<(WorkerTypeName, WorkerTypeDefinition, IReadOnlyList<RegistryVersion>)> known = [];
        await foreach (var version in registry.ListAsync(WorkerTypeName.Kind, cancellationToken).ConfigureAwait(false))
        {
            var name = WorkerTypeName.Parse(version.Name.Name);

            // Gone when it was deleted since it was listed.
            if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } definition)
            {
                known.Add((name, definition, await registry.HistoryAsync(version.Name, cancellationToken).ConfigureAwait(false)));
            }
        }

        return [.. known.OrderBy(type => type.Item1.Value, StringComparer.Ordinal)];
    }

    private static WorkerTypeDefinition Read(WorkerTypeName name, RegistryContent content)
    {
        if (!content.Files.TryGetValue(FileName, out var file))
        {
            throw new RegistryIntegrityException(
                $"The worker type '{name}' has no {FileName}, but {string.Join(", ", content.Files.Keys)}. Register it again.");
        }

        try
        {
            return JsonSerializer.Deserialize<WorkerTypeDefinition>(file.Span, ServiceJson.Options)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new RegistryIntegrityException(
                $"{FileName} of the worker type '{name}' cannot be read: {e.Message} Register it again.", e);
        }
    }
}
