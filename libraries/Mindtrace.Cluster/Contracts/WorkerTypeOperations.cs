using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the manager is told what can be launched.</summary>
public static class WorkerTypeOperations
{
    /// <summary>What the body of <see cref="UploadWorkerPackage"/> is declared as.</summary>
    public const string PackageMediaType = "application/zip";

    /// <summary>The path from which nodes download packages, with the SHA-256 as <c>package</c>. No operation, since its answer is no JSON.</summary>
    public const string PackagePath = "worker_package";

    /// <summary>Makes a worker type known.</summary>
    public static readonly Operation<RegisterWorkerTypeRequest, Unit> RegisterWorkerType = new("register_worker_type", Role.Admin)
    {
        Example = new(Examples.WorkerType, "EchoWorker") { JobType = Examples.JobType },
        Description = "Stores what is launched under a worker type's name: a class of the stock worker, an uploaded package, or a git "
            + "repository. Registering the name again replaces it.",
        Audit = request => request.WorkerName.Value,
    };

    /// <summary>Lists the worker types.</summary>
    public static readonly Operation<Unit, ListWorkerTypesResponse> ListWorkerTypes = new("list_worker_types", Role.Viewer)
    {
        Description = "Lists the worker types with what is launched under each name, without the values of their parameters, and when each version was registered.",
        Tool = true,
    };

    /// <summary>Looks up what is launched for a worker type.</summary>
    public static readonly Operation<WorkerTypeRequest, FindWorkerTypeResponse> FindWorkerType = new("find_worker_type", Role.Node)
    {
        Example = new(Examples.WorkerType),
        Description = "Tells a node what is launched for a worker type, with the values of its parameters.",
    };

    /// <summary>Stores a package for worker types.</summary>
    public static readonly Operation<Stream, UploadWorkerPackageResponse> UploadWorkerPackage =
        new("upload_worker_package", Role.Admin)
        {
            Description = "Stores a zip of a published executable and answers its SHA-256, which register_worker_type takes as 'package'.",
            Audit = _ => null,
        };
}

/// <summary>Asks to make a worker type known: a class of the stock worker, or, with a package or a repository, of another program.</summary>
/// <param name="WorkerName">The name of the worker type.</param>
/// <param name="WorkerClass">The class to launch, by simple or full name; of a dotted path the last part counts.</param>
public sealed record RegisterWorkerTypeRequest(
    WorkerTypeName WorkerName, [property: Required(ErrorMessage = "must name a class"), PlainText(256)] string WorkerClass) : IValidatableObject
{
    /// <summary>Gets the parameters of the class. The default is none.</summary>
    public IReadOnlyDictionary<string, JsonElement>? WorkerParams { get; init; }

    /// <summary>Gets the job type that workers of this type consume from their launch on. The default is none.</summary>
    public JobType? JobType { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.GitRepoUrl"/>
    public Uri? GitRepoUrl { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.GitBranch"/>
    public string? GitBranch { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.GitCommit"/>
    public string? GitCommit { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.GitWorkingDir"/>
    public string? GitWorkingDir { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.GitProject"/>
    public string? GitProject { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.Package"/>
    public string? Package { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.Executable"/>
    public string? Executable { get; init; }

    /// <inheritdoc cref="WorkerTypeDefinition.Needs"/>
    public WorkerNeeds? Needs { get; init; }

    /// <summary>Makes what the registry keeps of this.</summary>
    /// <returns>The definition of the worker type.</returns>
    public WorkerTypeDefinition ToDefinition() => new(WorkerClass, WorkerParams ?? new Dictionary<string, JsonElement>())
    {
        GitRepoUrl = GitRepoUrl,
        GitBranch = GitBranch,
        GitCommit = GitCommit,
        GitWorkingDir = GitWorkingDir,
        GitProject = GitProject,
        Package = Package?.ToLowerInvariant(),
        Executable = Executable,
        Needs = Needs,
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => ToDefinition().Validate(validationContext);
}

/// <summary>The worker types.</summary>
/// <param name="WorkerTypes">Each worker type, by name.</param>
public sealed record ListWorkerTypesResponse(IReadOnlyList<KnownWorkerType> WorkerTypes);

/// <summary>What a node was told of a worker type.</summary>
/// <param name="Definition">What is launched; null when there is no such worker type.</param>
public sealed record FindWorkerTypeResponse(WorkerTypeDefinition? Definition);

/// <summary>A worker type.</summary>
/// <param name="WorkerType">The name.</param>
/// <param name="WorkerClass">The class that is launched.</param>
/// <param name="Source">Where the program comes from.</param>
/// <param name="Parameters">The names of the class's parameters that are set. Their values may be secrets, and are told to nodes alone.</param>
/// <param name="Versions">The versions, the newest first; what is launched is not always the newest, as the registry has it.</param>
public sealed record KnownWorkerType(
    WorkerTypeName WorkerType, string WorkerClass, WorkerSource Source, IReadOnlyList<string> Parameters, IReadOnlyList<WorkerTypeVersion> Versions)
{
    /// <summary>Gets the job type that workers of this type consume from their launch on; none when they consume none.</summary>
    public JobType? JobType { get; init; }

    /// <summary>Gets what each worker is to have of its node; none for nothing in particular.</summary>
    public WorkerNeeds? Needs { get; init; }

    /// <summary>Gets what exactly is launched: the package's SHA-256, or the repository with its commit or branch; none of a class of the stock worker.</summary>
    public string? Origin { get; init; }
}

/// <summary>Where the program of a worker type comes from.</summary>
public enum WorkerSource
{
    /// <summary>A class of the stock worker.</summary>
    BuiltIn,

    /// <summary>An uploaded package.</summary>
    Package,

    /// <summary>A git repository.</summary>
    Git,
}

/// <summary>A version of a worker type.</summary>
/// <param name="Id">Its id in the registry.</param>
/// <param name="RegisteredAt">When it was registered.</param>
public sealed record WorkerTypeVersion(Guid Id, DateTimeOffset RegisteredAt);

/// <summary>A package that was stored.</summary>
/// <param name="Package">Its SHA-256: 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record UploadWorkerPackageResponse(string Package, long Bytes);
