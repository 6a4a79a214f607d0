using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mindtrace.Registry;

namespace Mindtrace.Cluster;

/// <summary>What is launched under a worker type's name, as the registry keeps it in <c>worker.json</c>.</summary>
/// <param name="WorkerType">The class, by simple or full name; of a dotted path the last part counts.</param>
/// <param name="WorkerParams">The parameters of the class.</param>
public sealed record WorkerTypeDefinition(string WorkerType, IReadOnlyDictionary<string, JsonElement> WorkerParams) : IValidatableObject
{
    /// <summary>Gets the repository that the program is built from.</summary>
    /// <value>An http, https or ssh URL without password; a file URL where the node allows it. The default is none.</value>
    public Uri? GitRepoUrl { get; init; }

    /// <summary>Gets the branch to build. The default is the repository's own.</summary>
    public string? GitBranch { get; init; }

    /// <summary>Gets the commit to build, whole or abbreviated to 7 digits or more, or a tag. It counts before the branch.</summary>
    /// <value>The default is none: the branch is built as it is at the launch.</value>
    public string? GitCommit { get; init; }

    /// <summary>Gets the folder in the repository that holds the project. The default is the repository's root.</summary>
    public string? GitWorkingDir { get; init; }

    /// <summary>Gets the project to build, as a path in the folder. The default is the only project there.</summary>
    public string? GitProject { get; init; }

    /// <summary>Gets the SHA-256 of the uploaded package that holds the program. The default is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Package { get; init; }

    /// <summary>Gets the program within the package, as a path. The default is the only one there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Executable { get; init; }

    /// <summary>Gets what each worker is to have of its node. The default is nothing in particular.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WorkerNeeds? Needs { get; init; }

    /// <summary>Gets the simple name of the class.</summary>
    [JsonIgnore]
    public string ClassName => WorkerType[(WorkerType.LastIndexOf('.') + 1)..];

    /// <summary>Tells what is wrong with the definition, by property.</summary>
    /// <param name="validationContext">Not used.</param>
    /// <returns>The faults; none when it can be launched as far as it can be told from itself.</returns>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Package is not null && !PackageDigest.TryParse(Package, null, out _))
        {
            yield return new("must be the SHA-256 of an uploaded package, 64 hexadecimal digits", [nameof(Package)]);
        }

        if (Package is not null && GitRepoUrl is not null)
        {
            yield return new(
                "must not be given together with git_repo_url: a worker type is launched from one of them", [nameof(Package)]);
        }

        if (Executable is not null && Package is null)
        {
            yield return new("needs a package", [nameof(Executable)]);
        }
        else if (Executable is not null && !RelativePath.IsValid(Executable))
        {
            yield return new(RelativePath.Rule, [nameof(Executable)]);
        }

        foreach (var fault in GitRules.Validate(this))
        {
            yield return fault;
        }

        List<ValidationResult> shortcomings = [];
        if (Needs is { } needs && !Validator.TryValidateObject(needs, new ValidationContext(needs), shortcomings, validateAllProperties: true))
        {
            yield return new(string.Join(' ', shortcomings.Select(fault => fault.ErrorMessage)), [nameof(Needs)]);
        }

        foreach (var (name, value) in WorkerParams)
        {
            if (ParameterNames.FindFault(name, value) is { } fault)
            {
                yield return new(fault, [nameof(WorkerParams)]);
            }
        }
    }
}
