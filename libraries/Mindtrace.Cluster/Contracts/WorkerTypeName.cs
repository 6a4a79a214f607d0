using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;
using Mindtrace.Registry;

namespace Mindtrace.Cluster;

/// <summary>Names a worker type in the registry.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<WorkerTypeName>))]
public readonly record struct WorkerTypeName : IIdentifier<WorkerTypeName>
{
    /// <summary>What the registry knows worker types as.</summary>
    internal const string Kind = "worker";

    private readonly string? _value;

    private WorkerTypeName(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule =>
        "1 to 96 of the characters A-Z a-z 0-9 . _ - and begins with a letter, a digit or _ and does not end with .";

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>Gets the name of the object that describes the worker type.</summary>
    internal RegistryName RegistryName => new(Kind, Value);

    /// <summary>Makes the name of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 96 characters, see <see cref="Rule"/>.</param>
    /// <returns>The name.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static WorkerTypeName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no name of a worker type: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out WorkerTypeName identifier)
    {
        var valid = RegistryName.TryParse($"{Kind}:{text}", null, out _);
        identifier = valid ? new WorkerTypeName(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
