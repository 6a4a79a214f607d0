using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.Publishing;

namespace Mindtrace.Hosting.Publishing;

/// <summary>
/// A resource as an Azure Container App: a Bicep module beside the manifest, and the parameters by which azd fills it. The
/// expressions of the manifest stay what they are and become parameters, so the module itself holds no address and no secret.
/// </summary>
internal sealed partial class ContainerAppModule(ManifestEntry entry, ReplicaRange replicas, HealthProbe probe, string? volumeOptions)
{
    private const string EnvironmentId = "container_apps_environment_id";
    private const string RegistryEndpoint = "container_registry_endpoint";
    private const string RegistryIdentity = "container_registry_identity_id";
    private const string ContainerImage = "container_image";
    private const string ContainerPort = "container_port";

    private readonly List<Parameter> _parameters = [new(EnvironmentId, "{.outputs.AZURE_CONTAINER_APPS_ENVIRONMENT_ID}")];

    private bool IsProject => entry.Image is null;

    private string Port => entry.MainEndpoint.TargetPort is { } port ? Invariant(port) : $"int({ContainerPort})";

    /// <summary>Writes the module, and into the manifest where it is and what it takes.</summary>
    public async Task WriteAsync(ManifestPublishingContext context)
    {
        var file = $"{entry.Name}.module.bicep";
        var directory = Path.GetDirectoryName(Path.GetFullPath(context.ManifestPath))!;
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, file), ToBicep(), context.CancellationToken);

        context.Writer.WriteString("type", "azure.bicep.v0");
        context.Writer.WriteString("path", file);
        context.Writer.WriteStartObject("params");
        foreach (var parameter in _parameters)
        {
            context.Writer.WriteString(parameter.Name, parameter.Expression);
        }

        context.Writer.WriteEndObject();
    }

    private string ToBicep()
    {
        if (IsProject)
        {
            _parameters.Add(new(RegistryEndpoint, "{.outputs.AZURE_CONTAINER_REGISTRY_ENDPOINT}"));
            _parameters.Add(new(RegistryIdentity, "{.outputs.AZURE_CONTAINER_REGISTRY_MANAGED_IDENTITY_ID}"));
            _parameters.Add(new(ContainerImage, $"{{{entry.Name}.containerImage}}"));
            _parameters.Add(new(ContainerPort, $"{{{entry.Name}.containerPort}}"));
        }

        var variables = new BicepArray();
        var secrets = new BicepArray();
        foreach (var (name, value) in entry.Environment)
        {
            variables.Add(Variable(name, value, secrets));
        }

        var (volumes, mounts) = Volumes();
        var app = new BicepObject
        {
            ["name"] = Text(entry.Name),
            ["location"] = "location",
            ["tags"] = new BicepObject { ["'azd-service-name'"] = Text(entry.Name), ["'aspire-resource-name'"] = Text(entry.Name) },
            ["identity"] = IsProject
                ? new BicepObject { ["type"] = Text("UserAssigned"), ["userAssignedIdentities"] = new BicepObject { [$"'${{{RegistryIdentity}}}'"] = "{}" } }
                : null,
            ["properties"] = new BicepObject
            {
                ["environmentId"] = EnvironmentId,
                ["configuration"] = new BicepObject
                {
                    ["activeRevisionsMode"] = Text("Single"),
                    ["ingress"] = Ingress(),
                    ["registries"] = IsProject
                        ? new BicepArray { new BicepObject { ["server"] = RegistryEndpoint, ["identity"] = RegistryIdentity } }
                        : null,
                    ["secrets"] = secrets,
                },
                ["template"] = new BicepObject
                {
                    ["containers"] = new BicepArray
                    {
                        new BicepObject
                        {
                            ["name"] = Text(entry.Name),
                            ["image"] = entry.Image is { } image ? Text(image) : ContainerImage,
                            ["command"] = entry.Entrypoint is { } command ? new BicepArray { Text(command) } : null,
                            ["args"] = new BicepArray(entry.Arguments.Select(Text)),
                            ["env"] = variables,
                            ["probes"] = new BicepArray
                            {
                                Probe("Startup", probe.LivenessPath, probe.StartupInterval, failures: 10),
                                Probe("Liveness", probe.LivenessPath, TimeSpan.FromSeconds(10), failures: 3),
                                Probe("Readiness", probe.ReadinessPath, TimeSpan.FromSeconds(5), failures: 3),
                            },
                            ["volumeMounts"] = mounts,
                        },
                    },
                    ["scale"] = new BicepObject { ["minReplicas"] = Invariant(replicas.Min), ["maxReplicas"] = Invariant(replicas.Max) },
                    ["volumes"] = volumes,
                },
            },
        };

        var declarations = _parameters.Select(parameter => $"{(parameter.IsSecret ? "@secure()\n" : "")}param {parameter.Name} string\n");
        return $"param location string = resourceGroup().location\n\n{string.Join('\n', declarations)}\n"
            + $"resource app 'Microsoft.App/containerApps@2024-03-01' = {app.ToString(indent: 0)}\n";
    }

    private BicepObject Ingress() => new()
    {
        ["external"] = entry.MainEndpoint.IsExternal ? "true" : "false",
        ["targetPort"] = Port,
        ["exposedPort"] = entry.MainEndpoint.Transport == "tcp" ? Port : null,
        ["transport"] = Text(entry.MainEndpoint.Transport),

        // From outside keys travel encrypted. Inside, the environment's own network is what there is.
        ["allowInsecure"] = entry.MainEndpoint is { Transport: "http", IsExternal: false } ? "true" : null,

        // An open page of the cluster stays with the manager that it was opened at.
        ["stickySessions"] = entry.MainEndpoint.IsExternal ? new BicepObject { ["affinity"] = Text("sticky") } : null,
    };

    private BicepObject Variable(string name, string value, BicepArray secrets)
    {
        if (!Reference().IsMatch(value))
        {
            return new() { ["name"] = Text(name), ["value"] = Text(value) };
        }

        // Addresses are no secrets; whatever else is referred to may be, or may contain one.
        var isSecret = Reference().Matches(value).Any(reference => !reference.Value.Contains(".bindings.", StringComparison.Ordinal));
        var parameter = new Parameter($"env_{name}", value, isSecret);
        _parameters.Add(parameter);
        if (!isSecret)
        {
            return new() { ["name"] = Text(name), ["value"] = parameter.Name };
        }

        var secret = Text(name.Replace("_", "-", StringComparison.Ordinal).ToLowerInvariant());
        secrets.Add(new BicepObject { ["name"] = secret, ["value"] = parameter.Name });
        return new() { ["name"] = Text(name), ["secretRef"] = secret };
    }

    private (BicepArray Volumes, BicepArray Mounts) Volumes()
    {
        var (volumes, mounts) = (new BicepArray(), new BicepArray());
        foreach (var (index, path) in entry.VolumePaths.Index())
        {
            var storage = new Parameter($"volume_{Invariant(index)}_storage", $"{{{entry.Name}.volumes.{Invariant(index)}.storage}}");
            _parameters.Add(storage);
            var name = Text($"volume-{Invariant(index)}");
            volumes.Add(new BicepObject
            {
                ["name"] = name,
                ["storageType"] = Text("AzureFile"),
                ["storageName"] = storage.Name,
                ["mountOptions"] = volumeOptions is null ? null : Text(volumeOptions),
            });
            mounts.Add(new BicepObject { ["volumeName"] = name, ["mountPath"] = Text(path) });
        }

        return (volumes, mounts);
    }

    private BicepObject Probe(string type, string? path, TimeSpan interval, int failures) => new()
    {
        ["type"] = Text(type),
        [path is null ? "tcpSocket" : "httpGet"] = new BicepObject { ["port"] = Port, ["path"] = path is null ? null : Text(path) },
        ["periodSeconds"] = Invariant((int)interval.TotalSeconds),
        ["timeoutSeconds"] = "5",
        ["failureThreshold"] = Invariant(failures),
    };

    private static string Text(string value) =>
        $"'{value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal).Replace("${", @"\${", StringComparison.Ordinal)}'";

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{[^{}]+\}")]
    private static partial Regex Reference();

    private sealed record Parameter(string Name, string Expression, bool IsSecret = false);
}
