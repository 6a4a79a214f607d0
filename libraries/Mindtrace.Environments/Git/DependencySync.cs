using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>How the dependencies of a checkout are installed, and how its command is run with them: by what its files say.</summary>
/// <param name="Command">What installs them; none when nothing does.</param>
/// <param name="Prefix">What runs a command with them.</param>
internal sealed record DependencySync(IReadOnlyList<string>? Command, IReadOnlyList<string> Prefix)
{
    private const string Uv = "uv";

    /// <summary>Installs nothing.</summary>
    public static DependencySync None { get; } = new(null, []);

    /// <param name="folder">The folder that the command runs in.</param>
    /// <param name="project">The project in it.</param>
    public static DependencySync Of(string folder, string? project)
    {
        string[] option = project is { Length: > 0 } ? ["--project", project] : [];
        if (Has(folder, project, "uv.lock") || Has(folder, project, "pyproject.toml"))
        {
            return new([Uv, "sync", .. option], [Uv, "run", .. option, "--"]);
        }

        if (Find(folder, "*.sln", "*.slnx", "*.csproj") is { } solution)
        {
            return new(["dotnet", "restore", "./" + Path.GetFileName(solution)], []);
        }

        return Has(folder, project: null, "package-lock.json") ? new(["npm", "ci"], []) : None;
    }

    /// <summary>Adds what runs the command with the dependencies. uv's own commands know by themselves.</summary>
    public IReadOnlyList<string> Apply(ScriptCommand command) =>
        command.Arguments[0] == Uv || command.Line?.TrimStart().Split(' ', '\t', '\n')[0] == Uv ? command.Arguments : [.. Prefix, .. command.Arguments];

    private static bool Has(string folder, string? project, string file) => File.Exists(Path.Combine(folder, project ?? "", file));

    private static string? Find(string folder, params string[] patterns) =>
        patterns.Select(pattern => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).FirstOrDefault())
            .FirstOrDefault(file => file is not null);
}
