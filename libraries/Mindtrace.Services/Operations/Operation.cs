using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>Something that a service does, declared once: services map it, clients call it, documents list it.</summary>
public abstract class Operation
{
    private protected Operation(string name, Role role)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!char.IsAsciiLetterLower(name[0]) || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
        {
            throw new ArgumentException($"The operation name '{name}' is not snake_case.", nameof(name));
        }

        Name = name;
        Role = role;
    }

    /// <summary>Gets the name in snake_case. It is the path (<c>POST /{name}</c>), the OpenAPI operation id and the tool name.</summary>
    public string Name { get; }

    /// <summary>Gets the role that a caller needs.</summary>
    public Role Role { get; }

    /// <summary>Gets what the operation does, in a sentence or two for its callers.</summary>
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether language models may call the operation as a tool. Off by default.</summary>
    /// <remarks>Of operations that do more than read, <see cref="McpOptions.Roles"/> decides.</remarks>
    public bool Tool { get; init; }

    /// <summary>Gets the JSON options of request and response. The default is <see cref="ServiceJson.Options"/>.</summary>
    public JsonSerializerOptions Json { get; init; } = ServiceJson.Options;

    /// <summary>Gets the type of the request; <see cref="Unit"/> for an operation without input.</summary>
    public abstract Type RequestType { get; }

    /// <summary>Gets the type of the response; <see cref="Unit"/> for an operation without output.</summary>
    public abstract Type ResponseType { get; }

    /// <summary>Gets a value indicating whether calls go into the audit log.</summary>
    public abstract bool IsAudited { get; }

    /// <summary>Gets the example of a request, without what it leaves to the defaults; <see langword="null"/> when there is none.</summary>
    internal abstract JsonNode? ExampleJson { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <inheritdoc/>
/// <typeparam name="TRequest">The bare body of the request, or <see cref="Unit"/> when there is none.</typeparam>
/// <typeparam name="TResponse">The body of the answer, or <see cref="Unit"/> when it is <c>null</c>.</typeparam>
public sealed class Operation<TRequest, TResponse> : Operation
{
    /// <summary>Declares an operation.</summary>
    /// <param name="name">Its name in snake_case, unique within a service.</param>
    /// <param name="role">The role that a caller needs.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not snake_case.</exception>
    public Operation(string name, Role role)
        : base(name, role)
    {
    }

    /// <summary>Gets what to write into the audit log: what a call is about, such as a job id, or null for nothing in particular.</summary>
    /// <value>By default none, and then calls are not kept there: for what only reads, and what a record of its own tells of.</value>
    public Func<TRequest, string?>? Audit { get; init; }

    /// <summary>Gets a request to show in the OpenAPI document. The default is none.</summary>
    public TRequest? Example { get; init; }

    /// <inheritdoc/>
    public override bool IsAudited => Audit is not null;

    /// <inheritdoc/>
    public override Type RequestType => typeof(TRequest);

    /// <inheritdoc/>
    public override Type ResponseType => typeof(TResponse);

    /// <summary>Gets the JSON contract of the request.</summary>
    public JsonTypeInfo<TRequest> RequestJson => field ??= (JsonTypeInfo<TRequest>)Json.GetTypeInfo(typeof(TRequest));

    internal override JsonNode? ExampleJson
    {
        get
        {
            if (Example is null or Unit)
            {
                return null;
            }

            var json = JsonSerializer.SerializeToNode(Example, RequestJson);
            RemoveNulls(json);
            return json;
        }
    }

    /// <summary>Gets the JSON contract of the response.</summary>
    public JsonTypeInfo<TResponse> ResponseJson => field ??= (JsonTypeInfo<TResponse>)Json.GetTypeInfo(typeof(TResponse));

    private static void RemoveNulls(JsonNode? json)
    {
        switch (json)
        {
            case JsonObject members:
                foreach (var empty in members.Where(member => member.Value is null).Select(member => member.Key).ToList())
                {
                    members.Remove(empty);
                }

                foreach (var (_, value) in members)
                {
                    RemoveNulls(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    RemoveNulls(item);
                }

                break;
        }
    }
}
