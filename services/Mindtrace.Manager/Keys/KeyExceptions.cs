using Mindtrace.Cluster;

namespace Mindtrace.Manager.Keys;

/// <summary>A key is to be made under a name that another has.</summary>
internal sealed class KeyExistsException(KeyName name) : Exception($"There is a key '{name}' already. Revoke it first, or choose another name.");

/// <summary>There is no key of the name.</summary>
internal sealed class UnknownKeyException(KeyName name) : Exception($"There is no key '{name}'. list_keys names all.");
