using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mindtrace.Cluster;

/// <summary>Translates the environment variables of Mindtrace's Python cluster into settings. docs/configuration.md lists them.</summary>
internal sealed partial class MindtraceVariables
{
    private readonly IConfiguration _configuration;
    private readonly Dictionary<string, string?> _settings = [];
    private readonly List<string> _taken = [];
    private readonly List<string> _faults = [];

    private MindtraceVariables(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Gets the settings that the variables stand for.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>Gets the names of the variables that were given and used.</summary>
    public IReadOnlyList<string> Taken => _taken;

    /// <summary>Reads all variables.</summary>
    /// <param name="configuration">Has the environment among its sources: <c>__</c> of a variable's name is <c>:</c> here.</param>
    /// <param name="isManager">Whether the service is the manager, whose URL has a variable of its own.</param>
    /// <exception cref="MindtraceVariableException">Some values cannot be used.</exception>
    public static MindtraceVariables Read(IConfiguration configuration, bool isManager)
    {
        var variables = new MindtraceVariables(configuration);
        variables.MapRedis();
        variables.MapRabbitMq();
        variables.MapMinio();
        variables.MapUrl(isManager);
        variables.MapWorkerPorts();
        variables.MapTools();
        variables.MapProcessIds();
        return variables._faults.Count == 0 ? variables : throw new MindtraceVariableException(string.Join('\n', variables._faults));
    }

    private bool TryTake(string name, [NotNullWhen(true)] out string? value)
    {
        value = _configuration[name.Replace("__", ":", StringComparison.Ordinal)];
        if (string.IsNullOrWhiteSpace(value))
        {
            return false;
        }

        value = value.Trim();
        if (value.Any(char.IsControl))
        {
            RefuseSecret(name, "text without control characters");
            return false;
        }

        _taken.Add(name);
        return true;
    }

    private string Take(string name, string fallback) => TryTake(name, out var value) ? value : fallback;

    private int TakePort(string name, int fallback)
    {
        if (!TryTake(name, out var text))
        {
            return fallback;
        }

        if (!TryReadPort(text, out var port))
        {
            Refuse(name, text, "a port from 1 to 65535");
        }

        return port;
    }

    private string TakeHost(string name, string fallback)
    {
        var host = Take(name, fallback);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            Refuse(name, host, "a host name or an IP address");
        }

        return host;
    }

    private void Refuse(string name, string value, string expected) => _faults.Add($"{name} is '{value}': expected {expected}.");

    private void RefuseSecret(string name, string expected) => _faults.Add($"{name} cannot be used: expected {expected}.");

    private static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
