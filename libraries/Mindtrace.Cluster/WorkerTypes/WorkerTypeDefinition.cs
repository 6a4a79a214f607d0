using System.Text.Json;

namespace Mindtrace.Cluster;

/// <summary>What is launched under a worker type's name, as the registry keeps it in <c>worker.json</c>.</summary>
/// <param name="WorkerType">The class, by simple or full name; of a dotted path the last part counts.</param>
public sealed record WorkerTypeDefinition(string WorkerType)
{
    /// <summary>Gets the parameters of the class.</summary>
    public IReadOnlyDictionary<string, JsonElement> WorkerParams { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Gets the simple name of the class.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string ClassName => WorkerType[(WorkerType.LastIndexOf('.') + 1)..];
}
