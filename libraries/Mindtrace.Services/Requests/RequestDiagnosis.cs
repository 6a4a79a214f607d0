using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>Finds out what is wrong with a body that did not deserialize. Slow and thorough: it names every faulty field.</summary>
internal sealed class RequestDiagnosis
{
    private const string PlatformsWords = "The JSON value could not be converted";

    private readonly Dictionary<string, string[]> _errors = [];

    private RequestDiagnosis()
    {
    }

    /// <summary>Whether an exception of the deserializer blames the body.</summary>
    /// <remarks>The latter two are how converters and constructors of request types refuse a value.</remarks>
    public static bool IsRefusal(Exception exception) => exception is JsonException or FormatException or ArgumentException;

    public static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    public static Problem Explain(byte[] body, JsonTypeInfo json)
    {
        try
        {
            if (IsTooDeep(body))
            {
                return RequestProblems.TooDeep();
            }
        }
        catch (JsonException e)
        {
            return RequestProblems.Malformed(e);
        }

        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = ServiceJson.MaxDepth });
        var diagnosis = new RequestDiagnosis();
        diagnosis.FindDuplicates(document.RootElement, "");
        if (diagnosis._errors.Count == 0)
        {
            diagnosis.Check(document.RootElement, json, "", mayBeNull: false);
        }

        return RequestProblems.Invalid(diagnosis._errors);
    }

    private static bool IsTooDeep(byte[] body)
    {
        var deepest = 0;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            deepest = Math.Max(deepest, reader.CurrentDepth);
        }

        // The depth of a token leaves out the object or array that it opens itself.
        return deepest >= ServiceJson.MaxDepth;
    }

    private void FindDuplicates(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>();
            foreach (var member in element.EnumerateObject())
            {
                if (!seen.Add(member.Name))
                {
                    Add(Member(path, member.Name), "is given more than once");
                }

                FindDuplicates(member.Value, Member(path, member.Name));
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
            {
                FindDuplicates(item, $"{path}[{index}]");
            }
        }
    }

    private void Check(JsonElement element, JsonTypeInfo json, string path, bool mayBeNull)
    {
        var nullable = Nullable.GetUnderlyingType(json.Type);
        if (element.ValueKind == JsonValueKind.Null && (nullable is not null || !json.Type.IsValueType))
        {
            if (!mayBeNull)
            {
                Add(path, ExpectedJson.Describe(element, json));
            }
        }
        else if (nullable is not null)
        {
            Check(element, json.Options.GetTypeInfo(nullable), path, mayBeNull: false);
        }
        else if (json.Kind == JsonTypeInfoKind.None)
        {
            CheckValue(element, json, path);
        }
        else if (element.ValueKind != (json.Kind == JsonTypeInfoKind.Enumerable ? JsonValueKind.Array : JsonValueKind.Object))
        {
            Add(path, ExpectedJson.Describe(element, json));
        }
        else if (json.Kind == JsonTypeInfoKind.Object)
        {
            CheckObject(element, json, path);
        }
        else if (json.Kind == JsonTypeInfoKind.Dictionary)
        {
            foreach (var member in element.EnumerateObject())
            {
                Check(member.Value, json.Options.GetTypeInfo(json.ElementType!), Member(path, member.Name), mayBeNull: true);
            }
        }
        else if (json.Kind == JsonTypeInfoKind.Enumerable)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
            {
                Check(item, json.Options.GetTypeInfo(json.ElementType!), $"{path}[{index}]", mayBeNull: true);
            }
        }
    }

    private void CheckObject(JsonElement element, JsonTypeInfo json, string path)
    {
        var before = _errors.Count;
        if (json.PolymorphismOptions is null)
        {
            CheckMembers(element, json, path);
        }

        // What no contract states, such as what a constructor refuses, only comes out by trying.
        if (_errors.Count == before && !TryRead(element, json, out var fault))
        {
            Add(path + (fault as JsonException)?.Path?.TrimStart('$'), "is not valid");
        }
    }

    private void CheckMembers(JsonElement element, JsonTypeInfo json, string path)
    {
        foreach (var property in json.Properties.Where(property => !property.IsExtensionData))
        {
            var member = Member(path, property.Name);
            if (!element.TryGetProperty(property.Name, out var value))
            {
                if (IsRequired(property))
                {
                    Add(member, "is required");
                }
            }
            else
            {
                var mayBeNull = property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;
                Check(value, OptionsOf(property, json.Options).GetTypeInfo(property.PropertyType), member, mayBeNull);
            }
        }
    }

    /// <summary>Gives a property that has a converter of its own options under which its type has that converter.</summary>
    private static JsonSerializerOptions OptionsOf(JsonPropertyInfo property, JsonSerializerOptions options)
    {
        if (property.CustomConverter is not { } converter)
        {
            return options;
        }

        var own = new JsonSerializerOptions(options);
        own.Converters.Insert(0, converter);
        return own;
    }

    private void CheckValue(JsonElement element, JsonTypeInfo json, string path)
    {
        if (!TryRead(element, json, out var fault))
        {
            // A converter of our own words its refusals itself, mostly; the platform's words speak of CLR types.
            var isPlatforms = json.Converter.GetType().Assembly == typeof(JsonSerializer).Assembly;
            Add(path, isPlatforms ? ExpectedJson.Describe(element, json)
                : fault.Message.StartsWith(PlatformsWords, StringComparison.Ordinal) ? "is not valid"
                : fault.Message);
        }
    }

    private static bool TryRead(JsonElement element, JsonTypeInfo json, [NotNullWhen(false)] out Exception? fault)
    {
        try
        {
            element.Deserialize(json);
            fault = null;
            return true;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            fault = e;
            return false;
        }
    }

    private static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Add(string path, string error) => _errors[path.Length == 0 ? RequestProblems.Body : path.TrimStart('.')] = [error];
}
