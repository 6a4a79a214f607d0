using System.Globalization;
using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>What a job asks for, checked against the policy, in the words of the engine.</summary>
internal sealed class ContainerRequest
{
    private const string TemporaryFiles = "/tmp";
    private const string Loopback = "127.0.0.1";

    private readonly ContainerPolicy _policy;
    private readonly CreateContainerParameters _parameters;
    private readonly bool _isReadOnly;

    private ContainerRequest(ContainerPolicy policy, ImageReference image, AuthConfig? credentials, CreateContainerParameters parameters, bool isReadOnly)
    {
        _policy = policy;
        _parameters = parameters;
        _isReadOnly = isReadOnly;
        Image = image;
        Credentials = credentials;
    }

    public ImageReference Image { get; }

    /// <summary>Gets whether ports are published.</summary>
    public bool HasPorts => _parameters.HostConfig.PortBindings.Count > 0;

    /// <summary>Gets what the image is pulled with.</summary>
    public AuthConfig? Credentials { get; }

    /// <summary>Checks what a job asks for.</summary>
    /// <exception cref="ScriptRefusedException">The policy forbids it.</exception>
    public static ContainerRequest Create(
        ContainerEnvironment environment, ScriptCommand command, ScriptLimits limits, ContainerPolicy policy, VolumeRules volumes)
    {
        // Without one, the engine would run that of the image.
        if (command.Arguments is not [{ Length: > 0 }, ..])
        {
            throw new ScriptRefusedException("command", "There is no command to run.");
        }

        var rules = new ContainerRules(policy, volumes);
        var image = rules.AllowImage(environment.Image);
        var network = rules.AllowNetwork(environment.Network);
        var ports = rules.AllowPorts(environment.Ports, network);
        var isReadOnly = environment.ReadOnly || policy.ReadOnlyRoot;
        var variables = ContainerRules.CheckVariables(environment.Environment);
        List<Mount> mounts = [.. rules.AllowVolumes(environment.Volumes)];
        if (rules.FindGoogleKey(variables) is { } key)
        {
            mounts.Add(key);
            variables[GoogleCredentials.Variable] = GoogleCredentials.PathInContainer;
        }

        var parameters = new CreateContainerParameters
        {
            // The image's own entrypoint would swallow the command; with both given the engine takes nothing from the image.
            Entrypoint = [.. command.Arguments],
            Cmd = [],
            User = rules.AllowUser(environment.User),
            WorkingDir = environment.WorkingDir,
            Env = [.. variables.Select(variable => $"{variable.Key}={variable.Value}")],
            AttachStdout = true,
            AttachStderr = true,
            Healthcheck = new HealthConfig { Test = ["NONE"] },
            ExposedPorts = ports.Keys.ToDictionary(port => port, _ => default(EmptyStruct)),
            HostConfig = new HostConfig
            {
                NetworkMode = network,
                PortBindings = ports.ToDictionary(
                    port => port.Key, port => (IList<PortBinding>)[new PortBinding { HostIP = Loopback, HostPort = port.Value }]),
                Mounts = mounts,
                DeviceRequests = rules.AllowDevices(environment.Devices),
                ReadonlyRootfs = isReadOnly,
                Runtime = policy.Runtime,
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges"],
                IpcMode = "private",
                CgroupnsMode = "private",
                // It reaps the zombies of a command that does not look after its children.
                Init = true,
                // Lines go to whoever is attached; no copy of theirs fills the engine's disk.
                LogConfig = new LogConfig { Type = "none" },
                RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
                Memory = limits.MemoryBytes,
                MemorySwap = limits.MemoryBytes,
                NanoCPUs = (long)((limits.Cpus ?? 0) * 1_000_000_000),
                // The init process counts, and is not the command's.
                PidsLimit = limits.Processes + 1,
                Ulimits = [new Ulimit { Name = "core", Soft = 0, Hard = 0 }],
            },
        };
        return new ContainerRequest(policy, image, rules.FindCredentials(environment.RegistryCredentials, image), parameters, isReadOnly);
    }

    /// <summary>Completes the request with what only the image tells.</summary>
    public CreateContainerParameters For(ImageInspectResponse image, string name, IDictionary<string, string> labels)
    {
        _parameters.Name = name;
        _parameters.Labels = labels;
        // Its id: what was looked at is what is run, even if the tag is moved in between.
        _parameters.Image = image.ID;
        TakeRootAway(image.Config);
        ReplaceDeclaredVolumes(image.Config);
        return _parameters;
    }

    private void TakeRootAway(Config image)
    {
        if (_parameters.User is not null || _policy.AllowRoot || !ContainerRules.IsRoot(image.User))
        {
            return;
        }

        _parameters.User = _policy.User;
        const string home = "HOME=";
        if (!_parameters.Env.Concat(image.Env ?? []).Any(variable => variable.StartsWith(home, StringComparison.Ordinal)))
        {
            _parameters.Env.Add(home + TemporaryFiles);
        }
    }

    // The engine would keep these on its disk, where the limit on disk does not see them. In memory they have the limit of memory.
    private void ReplaceDeclaredVolumes(Config image)
    {
        var taken = _parameters.HostConfig.Mounts.Select(mount => mount.Target.TrimEnd('/')).ToHashSet();
        foreach (var path in (image.Volumes?.Keys ?? []).Where(path => !taken.Contains(path.TrimEnd('/'))))
        {
            _parameters.HostConfig.Mounts.Add(new Mount
            {
                Type = "tmpfs",
                Target = path,
                TmpfsOptions = new TmpfsOptions { Mode = Convert.ToUInt32("1777", 8) },
            });
            taken.Add(path.TrimEnd('/'));
        }

        if (_isReadOnly && !taken.Contains(TemporaryFiles))
        {
            _parameters.HostConfig.Tmpfs = new Dictionary<string, string>
            {
                [TemporaryFiles] = string.Create(CultureInfo.InvariantCulture, $"rw,exec,nosuid,nodev,mode=1777,size={_parameters.HostConfig.Memory}"),
            };
        }
    }
}
