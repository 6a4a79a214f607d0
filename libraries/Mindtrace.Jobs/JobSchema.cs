using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Jobs;

/// <summary>A job type together with the C# types of its input and output.</summary>
/// <typeparam name="TInput">What the job's payload is read into.</typeparam>
/// <typeparam name="TOutput">What the job's output is read into.</typeparam>
/// <param name="type">The job type.</param>
public sealed class JobSchema<TInput, TOutput>(JobType type)
{
    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Initializes a new instance of the <see cref="JobSchema{TInput, TOutput}"/> class.</summary>
    /// <param name="name">The job type; see <see cref="JobType.Rule"/>.</param>
    /// <exception cref="FormatException"><paramref name="name"/> is no job type.</exception>
    public JobSchema(string name)
        : this(JobType.Parse(name))
    {
    }

    /// <summary>Gets the job type.</summary>
    public JobType Type { get; } = type;

    /// <summary>Gets how input and output are written: snake_case names unless set.</summary>
    public JsonSerializerOptions SerializerOptions { get; init; } = SnakeCase;

    /// <summary>Makes a job of this type, with a new id.</summary>
    /// <param name="input">The input, written as the payload.</param>
    /// <returns>A job that is ready to be submitted; change it by <c>with</c>.</returns>
    public Job CreateJob(TInput input) => new()
    {
        SchemaName = Type,
        Name = Type.Value,
        Payload = JsonSerializer.SerializeToElement(input, SerializerOptions),
    };

    /// <summary>Describes the job type to a cluster: the JSON Schemas of input and output are made from the C# types.</summary>
    /// <returns>A definition; add retries, timeout and the like by <c>with</c>.</returns>
    public JobTypeDefinition Define() => new(Type) { InputSchema = SchemaOf<TInput>(), OutputSchema = SchemaOf<TOutput>() };

    /// <summary>Reads the output of a job of this type.</summary>
    /// <param name="output">The output as the job's status holds it.</param>
    /// <returns>The output; <see langword="null"/> for JSON <c>null</c>.</returns>
    /// <exception cref="JsonException">The output does not fit <typeparamref name="TOutput"/>.</exception>
    public TOutput? ReadOutput(JsonElement output) => output.Deserialize<TOutput>(SerializerOptions);

    private JsonElement SchemaOf<T>()
    {
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true };
        JsonNode schema = SerializerOptions.GetJsonSchemaAsNode(typeof(T), exporter);
        return JsonSerializer.SerializeToElement(schema);
    }
}
