using System.Diagnostics;

namespace Mindtrace.Cluster.Tests;

/// <summary>Programs without the administrator's capabilities to read all processes, which may read of others what any account may of its own.</summary>
/// <remarks>Source: ptrace(2) and, for <c>/proc/PID/environ</c> and <c>maps</c>, the kernel's perfmon_capable(). The other capabilities stay: files may be another account's.</remarks>
internal static class Unprivileged
{
    private const string Reading = "-sys_ptrace,-perfmon,-sys_admin";

    public static ProcessStartInfo Program(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? new ProcessStartInfo("setpriv", [$"--bounding-set={Reading}", $"--inh-caps={Reading}", program, .. arguments])
        : new ProcessStartInfo(program, arguments);
}
