using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>A name that travels as a JSON string and becomes part of keys, queue names and paths.</summary>
/// <typeparam name="TSelf">The identifier itself.</typeparam>
public interface IIdentifier<TSelf>
    where TSelf : struct, IIdentifier<TSelf>
{
    /// <summary>Gets the text of the identifier.</summary>
    string Value { get; }

    /// <summary>Makes an identifier of <paramref name="text"/>.</summary>
    /// <param name="text">The text to check.</param>
    /// <param name="identifier">The identifier, when the answer is <see langword="true"/>.</param>
    /// <returns><see langword="false"/> when the text breaks the rule of <see cref="Rule"/>.</returns>
    static abstract bool TryParse([NotNullWhen(true)] string? text, out TSelf identifier);

    /// <summary>Gets the rule of the identifier in words, for error messages.</summary>
    static abstract string Rule { get; }
}

/// <summary>The one rule that all identifiers follow.</summary>
internal static class IdentifierRule
{
    public const int MaxLength = 128;

    public const string Text = "1 to 128 of the characters A-Z a-z 0-9 . _ : - and begins with a letter or digit";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    public static bool Holds([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(Allowed);
}

/// <summary>Reads and writes an identifier as a JSON string; text that breaks its rule is a <see cref="JsonException"/>.</summary>
/// <typeparam name="T">The identifier.</typeparam>
public sealed class IdentifierJsonConverter<T> : JsonConverter<T>
    where T : struct, IIdentifier<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), out var identifier)
            ? identifier
            : throw new JsonException($"must be a string of {T.Rule}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value);
    }
}
