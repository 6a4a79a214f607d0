using System.Diagnostics;
using System.Globalization;

namespace Mindtrace.TestServers;

/// <summary>Sends signals to processes, and looks whether they live.</summary>
public static class Signals
{
    /// <summary>Sends a signal, such as <c>TERM</c>, <c>KILL</c> or <c>STOP</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no such process.</exception>
    public static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"Process {process} took no signal {signal}.");
        }
    }

    /// <summary>Tells whether a process lives.</summary>
    public static bool Runs(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited && !(OperatingSystem.IsLinux() && IsZombie(process));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Tells whether the process has ended and nobody has taken notice: its parent was killed.</summary>
    private static bool IsZombie(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
