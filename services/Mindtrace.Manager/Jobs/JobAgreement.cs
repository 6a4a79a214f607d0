using System.Text.Json;
using Json.Pointer;
using Json.Schema;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Jobs;

/// <summary>What was agreed for the jobs of one type, with the schema of the payload compiled.</summary>
internal sealed class JobAgreement(JobTypeDefinition definition)
{
    private static readonly EvaluationOptions ListErrors = new() { OutputFormat = OutputFormat.List };

    private readonly JsonSchema? _input = Compile(definition.InputSchema, "input_schema");

    public JobTypeDefinition Definition { get; } = definition;

    /// <summary>Checks that the schemas of a definition are schemas.</summary>
    /// <exception cref="InvalidRequestException">One is none.</exception>
    public static void Check(JobTypeDefinition definition)
    {
        Compile(definition.InputSchema, "input_schema");
        Compile(definition.OutputSchema, "output_schema");
    }

    /// <summary>Checks a job's payload, and gives the job what it does not say itself.</summary>
    /// <param name="job">A job of this type.</param>
    /// <param name="field">Where the job stands in the request, to be put before the fields that are wrong; empty, or ending in a dot.</param>
    /// <exception cref="InvalidRequestException">The payload breaks the schema.</exception>
    public Job Apply(Job job, string field)
    {
        if (Evaluate(job, field) is { IsValid: false } found)
        {
            throw new InvalidRequestException(Errors(found, field).ToLookup(it => it.Field, it => it.Error)
                .ToDictionary(errors => errors.Key, errors => errors.Distinct().ToArray()));
        }

        return Definition.ApplyTo(job);
    }

    private EvaluationResults? Evaluate(Job job, string field)
    {
        try
        {
            return _input?.Evaluate(job.Payload, ListErrors);
        }
        catch (RefResolutionException fault)
        {
            // Found only where a payload leads there.
            throw new InvalidRequestException($"{field}payload", $"cannot be checked, the schema of its type is broken: {fault.Message}");
        }
    }

    private static IEnumerable<(string Field, string Error)> Errors(EvaluationResults found, string field) =>
        from part in (found.Details ?? []).Prepend(found)
        from error in part.Errors ?? []
        select (field + "payload" + Path(part.InstanceLocation), error.Value);

    /// <summary>Writes a place in a document as the other errors of a request do: <c>.images[0]</c>.</summary>
    private static string Path(JsonPointer place) => string.Concat(Enumerable.Range(0, place.SegmentCount)
        .Select(i => place[i].ToString() ?? "")
        .Select(segment => segment.All(char.IsAsciiDigit) ? $"[{segment}]" : $".{segment}"));

    private static JsonSchema? Compile(JsonElement? schema, string field)
    {
        if (schema is not { } text)
        {
            return null;
        }

        if (ForeignReference(text) is { } reference)
        {
            throw new InvalidRequestException(field, $"must be whole in itself: it refers to '{reference}'");
        }

        try
        {
            // A registry of its own: schemas of different types may have the same $id, and none may refer to another's.
            return JsonSchema.Build(text, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        }
        catch (Exception fault) when (fault is JsonSchemaException or RefResolutionException or JsonException or ArgumentException
            or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidRequestException(field, $"is no JSON Schema: {fault.Message}");
        }
    }

    /// <summary>Finds a reference to another document: nothing is fetched to check a job.</summary>
    private static string? ForeignReference(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject()
            .Select(member => member is { Name: "$ref" or "$dynamicRef", Value.ValueKind: JsonValueKind.String }
                ? member.Value.GetString() is { } target && !target.StartsWith('#') ? target : null
                : ForeignReference(member.Value))
            .FirstOrDefault(found => found is not null),
        JsonValueKind.Array => schema.EnumerateArray().Select(ForeignReference).FirstOrDefault(found => found is not null),
        _ => null,
    };
}
