using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>Decides which directories and files of this machine a job may mount.</summary>
internal sealed class VolumeRules
{
    private const string Rule = $"{ContainerPolicy.SectionName}:{nameof(ContainerPolicy.AllowedVolumeRoots)}";
    private const string ReadOnlySuffix = ":ro";

    private static readonly string[] KnownEngineSockets =
        ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/crio/crio.sock"];

    private readonly (string Path, bool IsReadOnly)[] _roots;
    private readonly string[] _engineSockets;

    public VolumeRules(ContainerPolicy policy, Uri engine)
    {
        _roots = [.. policy.AllowedVolumeRoots.Select(root => root.EndsWith(ReadOnlySuffix, StringComparison.Ordinal)
            ? (HostPath.Resolve(root[..^ReadOnlySuffix.Length]), true)
            : (HostPath.Resolve(root), false))];
        _engineSockets = [.. KnownEngineSockets.Append(engine.IsFile || engine.Scheme == "unix" ? engine.LocalPath : KnownEngineSockets[0])
            .Select(HostPath.Resolve).Distinct()];
    }

    /// <summary>Makes the mount of a volume that a job asks for.</summary>
    /// <exception cref="ScriptRefusedException">It is not allowed.</exception>
    public Mount Allow(string hostPath, ContainerVolume volume)
    {
        var isReadOnly = volume.Mode switch
        {
            "ro" => true,
            "rw" => false,
            _ => throw Refusal(hostPath, $"the mode '{volume.Mode}' is neither ro nor rw."),
        };
        if (!volume.Bind.StartsWith('/') || volume.Bind.Split('/').Contains(".."))
        {
            throw Refusal(hostPath, $"its place in the container, '{volume.Bind}', is no absolute path.");
        }

        return MountOf(AllowPath(hostPath, isReadOnly), volume.Bind, isReadOnly);
    }

    /// <summary>Checks a path, and follows its links, so that what is mounted is what was checked.</summary>
    /// <exception cref="ScriptRefusedException">It is not allowed.</exception>
    public string AllowPath(string hostPath, bool isReadOnly)
    {
        if (!Path.IsPathFullyQualified(hostPath) || hostPath.Contains('\0', StringComparison.Ordinal))
        {
            throw Refusal(hostPath, "it is no absolute path.");
        }

        string path;
        try
        {
            path = HostPath.Resolve(hostPath);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Refusal(hostPath, fault.Message);
        }

        if (_engineSockets.FirstOrDefault(socket => HostPath.IsWithin(socket, path)) is { } found)
        {
            throw Refusal(hostPath, $"it holds the container engine's socket {found}, which is never handed to a job.");
        }

        var roots = _roots.Where(root => HostPath.IsWithin(path, root.Path)).ToList();
        return roots switch
        {
            [] => throw Refusal(hostPath, _roots.Length == 0
                ? "no directory of this machine is allowed."
                : $"it is in none of {string.Join(", ", _roots.Select(root => root.Path))}."),
            _ when !isReadOnly && roots.TrueForAll(root => root.IsReadOnly) => throw Refusal(hostPath, "it may be read only: give it the mode ro."),
            _ => path,
        };
    }

    // The engine makes a directory, as root, for a source that does not exist; not so for a mount of this kind.
    public static Mount MountOf(string source, string target, bool isReadOnly) => new()
    {
        Type = "bind",
        Source = source,
        Target = target,
        ReadOnly = isReadOnly,
        BindOptions = new BindOptions { Propagation = "rprivate" },
    };

    private static ScriptRefusedException Refusal(string hostPath, string reason) => new(Rule, $"The volume '{hostPath}' is refused: {reason}");
}
