namespace Mindtrace.Environments;

/// <summary>The variables of commands: what programs need in order to be found and to speak, nothing of the worker's settings, and what the machine's owner adds.</summary>
internal sealed class CommandEnvironment
{
    private const string PathVariable = "PATH";

    private static readonly string[] Kept = [PathVariable, "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "DOTNET_ROOT"];

    public CommandEnvironment(IEnumerable<KeyValuePair<string, string>> additions)
    {
        var variables = Kept.Select(name => (name, Value: Environment.GetEnvironmentVariable(name)))
            .Where(variable => variable.Value is not null)
            .ToDictionary(variable => variable.name, variable => variable.Value!);
        foreach (var (name, value) in additions)
        {
            variables[name] = value;
        }

        Variables = variables;
    }

    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Tells whether a program is there to be run.</summary>
    public bool CanFind(string program) =>
        (Variables.GetValueOrDefault(PathVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
