using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Mindtrace.Registry;

/// <summary>The stored description of one version: the JSON under its history key, and, of the live version, under the live key.</summary>
internal sealed record VersionRecord(
    Guid Id, DateTimeOffset SavedAt, string Hash, IReadOnlyList<string> Files, IReadOnlyDictionary<string, JsonElement> Metadata)
{
    private const string HashField = "hash";
    private const string PathField = "path";
    private const string FilesField = "_files";
    private const string StorageField = "_storage";
    private const string IdField = "uuid";
    private const string SavedAtField = "created_at";

    public static bool IsReserved(string field) => field is HashField or PathField or FilesField or StorageField;

    public static VersionRecord Parse(ReadOnlyMemory<byte> json, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var storage = root.GetProperty(StorageField);
            return new VersionRecord(
                Guid.ParseExact(storage.GetProperty(IdField).GetString()!, "D"),
                DateTimeOffset.Parse(
                    storage.GetProperty(SavedAtField).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                root.GetProperty(HashField).GetString()!,
                [.. root.GetProperty(FilesField).EnumerateArray().Select(path => path.GetString()!)],
                root.EnumerateObject().Where(field => !IsReserved(field.Name))
                    .ToDictionary(field => field.Name, field => field.Value.Clone(), StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new RegistryIntegrityException($"'{key}' in the registry is not the description of a version: {e.Message}", e);
        }
    }

    public ReadOnlyMemory<byte> ToJson(string path)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var (field, value) in Metadata)
        {
            writer.WritePropertyName(field);
            value.WriteTo(writer);
        }

        writer.WriteString(HashField, Hash);
        writer.WriteStartArray(FilesField);
        foreach (var file in Files)
        {
            writer.WriteStringValue(file);
        }

        writer.WriteEndArray();
        writer.WriteString(PathField, path);
        writer.WriteStartObject(StorageField);
        writer.WriteString(IdField, Id.ToString("D"));
        writer.WriteString(SavedAtField, SavedAt.ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
