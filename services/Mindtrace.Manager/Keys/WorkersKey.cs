using System.Diagnostics.CodeAnalysis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Keys;

/// <summary>
/// The key that a node is handed for its workers, from which it makes one for each (<see cref="LaunchedWorkerKey"/>). It follows from the key of
/// the cluster, and is valid for as long as the node is known.
/// </summary>
internal static class WorkersKey
{
    // No key that is made can have such a name.
    private const string Prefix = "workers@";

    public static ApiKey Of(Uri node, string clusterKey) => ApiKey.Derive(Prefix + node.AbsoluteUri, clusterKey);

    /// <summary>Reads the name of such a key.</summary>
    public static bool TryRead(string name, [NotNullWhen(true)] out Uri? node)
    {
        node = null;
        return name.StartsWith(Prefix, StringComparison.Ordinal) && Uri.TryCreate(name[Prefix.Length..], UriKind.Absolute, out node)
            && node.AbsoluteUri == name[Prefix.Length..];
    }
}
