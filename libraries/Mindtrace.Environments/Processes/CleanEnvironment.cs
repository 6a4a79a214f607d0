using System.Diagnostics;

namespace Mindtrace.Environments;

/// <summary>The environment of child processes that run what others wrote: what programs need, and no settings or secrets of ours.</summary>
public static class CleanEnvironment
{
    /// <summary>What is handed on. Everything is left out that is not known to be harmless and of use.</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME",
        "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
        "ProgramData", "ProgramFiles", "ProgramFiles(x86)",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "DOTNET_ROOT", "DOTNET_CLI_HOME", "DOTNET_CLI_TELEMETRY_OPTOUT", "DOTNET_NOLOGO", "DOTNET_SKIP_FIRST_TIME_EXPERIENCE",
        "DOTNET_GENERATE_ASPNET_CERTIFICATE", "DOTNET_CLI_USE_MSBUILD_SERVER", "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
        "NUGET_PACKAGES", "NUGET_HTTP_CACHE_PATH", "NUGET_CERT_REVOCATION_MODE",
    };

    /// <summary>Takes all other variables out of what a process will be started with.</summary>
    /// <param name="start">The process to be.</param>
    public static void ApplyTo(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        foreach (var name in start.Environment.Keys.Where(name => !Kept.Contains(name)).ToList())
        {
            start.Environment.Remove(name);
        }
    }
}
