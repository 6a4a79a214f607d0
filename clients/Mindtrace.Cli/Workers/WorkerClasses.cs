using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Mindtrace.Cluster;

namespace Mindtrace.Cli.Workers;

/// <summary>The worker classes of a published program, by the metadata of its assemblies: none of them is loaded.</summary>
internal sealed class WorkerClasses
{
    private const int GenericInstance = 0x15;

    private static readonly string Root = typeof(IWorker).FullName!;

    private readonly Dictionary<string, Declaration> _declarations = new(StringComparer.Ordinal);

    private WorkerClasses()
    {
    }

    /// <summary>Finds the classes that can be launched, other than those of the library itself.</summary>
    /// <param name="folder">What was published.</param>
    /// <returns>Their simple names, in order.</returns>
    public static IReadOnlyList<string> FindIn(string folder)
    {
        var classes = new WorkerClasses();
        foreach (var file in Directory.EnumerateFiles(folder, "*.dll"))
        {
            classes.Read(file);
        }

        return
        [
            .. classes._declarations.Where(it => it.Value.IsLaunchable && classes.IsWorker(it.Key, []))
                .Select(it => it.Value.Name).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    private void Read(string file)
    {
        using var assembly = new PEReader(File.OpenRead(file));
        if (!assembly.HasMetadata)
        {
            return;
        }

        var metadata = assembly.GetMetadataReader();
        var isLibrary = Path.GetFileNameWithoutExtension(file) == typeof(IWorker).Assembly.GetName().Name;
        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            var parents = type.GetInterfaceImplementations().Select(it => metadata.GetInterfaceImplementation(it).Interface).Prepend(type.BaseType);
            _declarations[Name(metadata, type)] = new Declaration(
                metadata.GetString(type.Name),
                !isLibrary && (type.Attributes & (TypeAttributes.Abstract | TypeAttributes.Interface)) == 0,
                [.. parents.Select(parent => FindName(metadata, parent)).OfType<string>()]);
        }
    }

    // Two assemblies may declare the same name, so parents may lead back to where one came from.
    private bool IsWorker(string type, HashSet<string> seen) =>
        type == Root || (seen.Add(type) && _declarations.TryGetValue(type, out var declaration) && declaration.Parents.Any(parent => IsWorker(parent, seen)));

    private static string? FindName(MetadataReader metadata, EntityHandle type)
    {
        switch (type.Kind)
        {
            case HandleKind.TypeReference:
                return Name(metadata, metadata.GetTypeReference((TypeReferenceHandle)type));
            case HandleKind.TypeDefinition when !type.IsNil:
                return Name(metadata, metadata.GetTypeDefinition((TypeDefinitionHandle)type));
            case HandleKind.TypeSpecification:
                // A generic type with its arguments, such as Worker<In, Out>: the tag, class or struct, then the type.
                var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
                if (signature.ReadCompressedInteger() != GenericInstance)
                {
                    return null;
                }

                signature.ReadCompressedInteger();
                return FindName(metadata, signature.ReadTypeHandle());
            default:
                return null;
        }
    }

    private static string Name(MetadataReader metadata, TypeDefinition type) =>
        Name(metadata, type.IsNested ? Name(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())) : null, type.Namespace, type.Name);

    private static string Name(MetadataReader metadata, TypeReference type) => Name(
        metadata,
        type.ResolutionScope.Kind == HandleKind.TypeReference ? FindName(metadata, type.ResolutionScope) : null,
        type.Namespace,
        type.Name);

    private static string Name(MetadataReader metadata, string? declaring, StringHandle space, StringHandle name) =>
        $"{declaring ?? metadata.GetString(space)}.{metadata.GetString(name)}";

    private sealed record Declaration(string Name, bool IsLaunchable, IReadOnlyList<string> Parents);
}
