using System.Diagnostics;

namespace Mindtrace.Cluster.Tests;

/// <summary>Programs without the capabilities of the administrator, which may read of other processes what any account may of its own.</summary>
internal static class Unprivileged
{
    public static ProcessStartInfo Program(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? new ProcessStartInfo("setpriv", ["--bounding-set=-all", "--inh-caps=-all", program, .. arguments])
        : new ProcessStartInfo(program, arguments);
}
