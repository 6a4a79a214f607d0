using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>The JSON of every operation, on both ends of the wire.</summary>
/// <remarks>
/// Names and enum values are snake_case, nulls are written, unknown members are ignored. A duplicate member, a missing
/// <c>required</c> one, a null where none is declared and an enum value
/// that is not spelled exactly are refused.
/// </remarks>
public static class ServiceJson
{
    /// <summary>How deep a request may nest: 64 levels.</summary>
    public const int MaxDepth = 64;

    /// <summary>Gets the options that operations use unless they name others. Read-only.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>Makes options of the same rules that ask the given source-generated contexts before they turn to reflection.</summary>
    /// <param name="contexts">Contexts, first match wins. Their own options are not used, only their metadata.</param>
    /// <returns>Read-only options for <see cref="Operation.Json"/>.</returns>
    public static JsonSerializerOptions CreateOptions(params ReadOnlySpan<IJsonTypeInfoResolver> contexts)
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        foreach (var context in contexts)
        {
            options.TypeInfoResolverChain.Add(context);
        }

        options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        options.MakeReadOnly();
        return options;
    }

    internal static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new EnumNameConverter());
    }
}
