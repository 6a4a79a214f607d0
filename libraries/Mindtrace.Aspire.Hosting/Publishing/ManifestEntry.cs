using System.Text.Json;
using Aspire.Hosting.Publishing;

namespace Mindtrace.Hosting.Publishing;

/// <summary>What the manifest says of a resource.</summary>
/// <param name="Resource">The resource: a project or a container.</param>
/// <param name="Arguments">Its arguments, in the manifest's expressions.</param>
/// <param name="Environment">Its environment, in the manifest's expressions, such as <c>{redis.connectionString}</c>.</param>
internal sealed record ManifestEntry(
    IResource Resource, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment)
{
    public string Name => Resource.Name;

    /// <summary>Gets the image of a container; that of a project is made by whoever deploys it.</summary>
    public string? Image => Resource.TryGetContainerImageName(out var image) ? image : null;

    public string? Entrypoint => (Resource as ContainerResource)?.Entrypoint;

    /// <summary>Gets where volumes are mounted, in the manifest's order.</summary>
    public IReadOnlyList<string> VolumePaths => [.. Resource.Annotations.OfType<ContainerMountAnnotation>()
        .Where(mount => mount.Type == ContainerMountType.Volume).Select(mount => mount.Target)];

    /// <summary>Gets the endpoint that others call.</summary>
    public EndpointAnnotation MainEndpoint => Resource.Annotations.OfType<EndpointAnnotation>().First();

    /// <summary>Has the manifest's writer write what it computes, and reads that.</summary>
    public static async Task<ManifestEntry> ReadAsync(IResource resource, ManifestPublishingContext context)
    {
        using var memory = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(memory))
        {
            var aside = new ManifestPublishingContext(context.ExecutionContext, context.ManifestPath, writer, context.CancellationToken);
            writer.WriteStartObject();
            await aside.WriteCommandLineArgumentsAsync(resource);
            await aside.WriteEnvironmentVariablesAsync(resource);
            writer.WriteEndObject();
        }

        var written = JsonElement.Parse(memory.ToArray());
        return new ManifestEntry(
            resource,
            written.TryGetProperty("args", out var arguments) ? [.. arguments.EnumerateArray().Select(argument => argument.GetString()!)] : [],
            written.TryGetProperty("env", out var variables)
                ? [.. variables.EnumerateObject().Select(variable => KeyValuePair.Create(variable.Name, variable.Value.GetString()!))] : []);
    }
}
