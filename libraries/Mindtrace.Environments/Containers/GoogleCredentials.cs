using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>Hands a Google service account key to a job the way it expects: as a file, and a variable that names it.</summary>
internal sealed class GoogleCredentials(ContainerPolicy policy, VolumeRules volumes)
{
    public const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";

    /// <summary>The key of a volume that stands for the file that the policy names.</summary>
    public const string VolumeKey = "GCP_CREDENTIALS";

    public const string PathInContainer = "/tmp/keys/gcp_service_acc_key.json";

    private const string Rule = $"{ContainerPolicy.SectionName}:{nameof(ContainerPolicy.GoogleCredentialsFile)}";

    /// <summary>Finds the file that a job is given: the one that it names in <see cref="Variable"/>, else that of the policy.</summary>
    /// <returns>The mount; none when there is no such file.</returns>
    /// <exception cref="ScriptRefusedException">The job names a file that it may not read.</exception>
    public Mount? Find(string? named) => (named, policy.GoogleCredentialsFile) switch
    {
        (null or "", null) => null,
        (null or "", { } own) => Mount(HostPath.Resolve(own)),
        ({ } theirs, { } own) when theirs == own => Mount(HostPath.Resolve(own)),
        ({ } theirs, _) => Mount(volumes.AllowPath(theirs, isReadOnly: true)),
    };

    /// <summary>Mounts the file that <see cref="VolumeKey"/> stands for where the job wants it, to be read only.</summary>
    /// <exception cref="ScriptRefusedException">The policy names none.</exception>
    public Mount MountOwn(ContainerVolume volume) => policy.GoogleCredentialsFile is { } own
        ? VolumeRules.MountOf(HostPath.Resolve(own), volume.Bind, isReadOnly: true)
        : throw new ScriptRefusedException(Rule, $"The volume {VolumeKey} is refused: this machine has no such file to give.");

    private static Mount Mount(string file) => VolumeRules.MountOf(file, PathInContainer, isReadOnly: true);
}
