namespace Mindtrace.Registry;

/// <summary>One version of a registry object.</summary>
/// <param name="Name">The object.</param>
/// <param name="Id">The version's own id, unique in the registry. Ids of this library are UUIDs of version 7, ordered by time of saving.</param>
/// <param name="SavedAt">When it was saved, by the clock of the program that saved it.</param>
/// <param name="Hash">The <see cref="RegistryContent.Hash"/> of its content.</param>
public sealed record RegistryVersion(RegistryName Name, Guid Id, DateTimeOffset SavedAt, string Hash);

/// <summary>A version together with its content.</summary>
/// <param name="Version">Which version this is.</param>
/// <param name="Content">Its files and metadata, checked against the version's hash.</param>
public sealed record RegistryObject(RegistryVersion Version, RegistryContent Content);
