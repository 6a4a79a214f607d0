using System.Diagnostics;

namespace Mindtrace.Environments;

/// <summary>
/// How git gets a process of its own: the program of this library, which lies beside the service's. In a service that is one file there is
/// nothing beside it, so the service itself is started, and its <c>Program.cs</c> hands over by <see cref="IsIn"/>.
/// </summary>
public static class GitProcess
{
    private const string Verb = "git-process";
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, $"{typeof(GitProcess).Assembly.GetName().Name}.dll");

    /// <summary>Tells whether these arguments ask a service to be git's process.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <returns>Whether the program is to <see cref="Run"/>, and not to serve.</returns>
    public static bool IsIn(string[] args) => args is [Verb, ..];

    /// <summary>Does what the arguments ask for.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return GitCommand.Run(args[1..]);
    }

    /// <summary>Describes a process that has none of this one's settings and asks nobody for credentials.</summary>
    internal static ProcessStartInfo Describe(params string[] arguments)
    {
        var start = File.Exists(Assembly)
            ? new ProcessStartInfo("dotnet", [Assembly, .. arguments])
            : new ProcessStartInfo(Environment.ProcessPath!, [Verb, .. arguments]);
        CleanEnvironment.ApplyTo(start);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes";
        return start;
    }
}
