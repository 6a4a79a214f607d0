using System.Globalization;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>Holds the single wishes of a job against the policy. Each method returns what is allowed, or refuses.</summary>
internal sealed partial class ContainerRules(ContainerPolicy policy, VolumeRules volumes)
{
    private const string AllDevices = "all";
    private const string Wish = "environment.docker";
    private readonly GoogleCredentials _google = new(policy, volumes);

    public ImageReference AllowImage(string? name)
    {
        if (!ImageReference.TryParse(name, out var image))
        {
            throw new ScriptRefusedException($"{Wish}.image", $"'{name}' is no name of an image.");
        }

        return policy.AllowedImages.Any(rule => ImageRule.TryParse(rule, out var parsed) && parsed.Allows(image))
            ? image
            : throw Refusal(nameof(ContainerPolicy.AllowedImages), $"The image {image.FullName} is not allowed: {ListOf(policy.AllowedImages)}");
    }

    public string AllowNetwork(string? network)
    {
        var wanted = network is { Length: > 0 } ? network : policy.DefaultNetwork;
        var isAllowed = wanted == ContainerPolicy.NoNetwork || wanted == policy.DefaultNetwork || policy.AllowedNetworks.Contains(wanted);
        return isAllowed && !ContainerPolicy.IsNetworkOfOthers(wanted)
            ? wanted
            : throw Refusal(nameof(ContainerPolicy.AllowedNetworks),
                $"The network '{wanted}' is not allowed: {ListOf(policy.AllowedNetworks.Append(ContainerPolicy.NoNetwork))}");
    }

    public Dictionary<string, string> AllowPorts(IReadOnlyDictionary<string, int?>? ports, string network)
    {
        if (ports is not { Count: > 0 })
        {
            return [];
        }

        if (!policy.AllowPorts)
        {
            throw Refusal(nameof(ContainerPolicy.AllowPorts), "Publishing ports is not allowed.");
        }

        if (network == ContainerPolicy.NoNetwork)
        {
            throw new ScriptRefusedException($"{Wish}.ports", "Ports need a network, and the job has none.");
        }

        return ports.ToDictionary(
            port => PortGrammar().IsMatch(port.Key)
                ? port.Key.Contains('/', StringComparison.Ordinal) ? port.Key : port.Key + "/tcp"
                : throw new ScriptRefusedException($"{Wish}.ports", $"'{port.Key}' is no port: 8080 and 53/udp are."),
            port => port.Value is null or (>= 0 and <= ushort.MaxValue)
                ? (port.Value ?? 0).ToString(CultureInfo.InvariantCulture)
                : throw new ScriptRefusedException($"{Wish}.ports", $"{port.Value} is no port of a host."));
    }

    public IEnumerable<Mount> AllowVolumes(IReadOnlyDictionary<string, ContainerVolume>? wanted) =>
        (wanted ?? new Dictionary<string, ContainerVolume>()).Select(volume => volume.Key == GoogleCredentials.VolumeKey
            ? _google.MountOwn(volume.Value)
            : volumes.Allow(volume.Key, volume.Value));

    public Mount? FindGoogleKey(IReadOnlyDictionary<string, string>? variables) =>
        _google.Find(variables?.GetValueOrDefault(GoogleCredentials.Variable));

    public static Dictionary<string, string> CheckVariables(IReadOnlyDictionary<string, string>? variables)
    {
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0 || value is null || value.Contains('\0', StringComparison.Ordinal))
            {
                throw new ScriptRefusedException($"{Wish}.environment", $"'{name}' is no variable with a text as its value.");
            }
        }

        return new Dictionary<string, string>(variables ?? new Dictionary<string, string>());
    }

    public List<DeviceRequest> AllowDevices(IReadOnlyList<string>? devices)
    {
        var (setting, allowed) = policy.ReservedDevices.Count > 0
            ? (nameof(ContainerPolicy.ReservedDevices), policy.ReservedDevices)
            : (nameof(ContainerPolicy.AllowedDevices), policy.AllowedDevices);
        IReadOnlyList<string> wanted = devices is { Count: > 0 } && !(policy.ReservedDevices.Count > 0 && devices is [AllDevices]) ? devices : [.. policy.ReservedDevices];
        if (wanted.FirstOrDefault(id => !allowed.Contains(id) && !allowed.Contains("*")) is { } refused)
        {
            throw Refusal(setting, $"The device '{refused}' is not allowed: {ListOf(allowed)}");
        }

        return wanted.Count == 0 ? [] : [new DeviceRequest { DeviceIDs = [.. wanted], Capabilities = [["gpu"]] }];
    }

    public string? AllowUser(string? user)
    {
        if (user is not { Length: > 0 })
        {
            return null;
        }

        // A name would be looked up in the image, where any may be another name of root.
        if (!UserGrammar().IsMatch(user))
        {
            throw new ScriptRefusedException($"{Wish}.user", $"'{user}' is no user's number, alone or with that of a group: 1000 and 1000:1000 are.");
        }

        return policy.AllowRoot || !IsRoot(user) ? user : throw Refusal(nameof(ContainerPolicy.AllowRoot), "Running as root is not allowed.");
    }

    public AuthConfig? FindCredentials(string? name, ImageReference image)
    {
        if (name is not { Length: > 0 })
        {
            return null;
        }

        if (!policy.Registries.TryGetValue(name, out var found))
        {
            throw Refusal(nameof(ContainerPolicy.Registries), $"There are no credentials of the name '{name}'.");
        }

        return found.Registry == image.Registry
            ? new AuthConfig { Username = found.Username, Password = found.Password, ServerAddress = found.Registry }
            : throw Refusal(
                nameof(ContainerPolicy.Registries),
                $"The credentials '{name}' are those of {found.Registry}, and are not sent to {image.Registry}.");
    }

    /// <summary>Tells whether a user, as an image or a job names it, is root.</summary>
    public static bool IsRoot(string? user)
    {
        var name = (user ?? "").Split(':')[0];
        return name is "" or "root" || name.All(digit => digit == '0');
    }

    private static ScriptRefusedException Refusal(string setting, string message) => new($"{ContainerPolicy.SectionName}:{setting}", message);

    private static string ListOf(IEnumerable<string> allowed) =>
        string.Join(", ", allowed) is { Length: > 0 } list ? $"allowed are {list}." : "none is.";

    [GeneratedRegex(@"\A[0-9]{1,5}(/(tcp|udp|sctp))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PortGrammar();

    [GeneratedRegex(@"\A[0-9]{1,9}(:[0-9]{1,9})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex UserGrammar();
}
