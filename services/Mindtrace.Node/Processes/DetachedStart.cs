using System.Diagnostics;

namespace Mindtrace.Node.Processes;

/// <summary>Starts programs that outlive this process: they write to a file by themselves, and begin only once they are on record.</summary>
internal static class DetachedStart
{
    /// <summary>
    /// Waits for a line on standard input, then becomes the program, under the same process id. If this process dies
    /// first, the line never comes, and the shell ends. Everything that is given arrives as an argument and is never read as script.
    /// </summary>
    private const string Script = """read -r go || exit 1; log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1""";

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program, its arguments and environment. It is changed.</param>
    /// <param name="log">The file that its output is appended to.</param>
    /// <param name="record">Puts the process on record, before it does anything.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The system cannot start it.</exception>
    public static WorkerProcess Start(ProcessStartInfo program, string log, Action<ProcessIdentity> record)
    {
        program.UseShellExecute = false;
        return OperatingSystem.IsWindows() ? StartPiped(program, log, record) : StartThroughShell(program, log, record);
    }

    private static WorkerProcess StartThroughShell(ProcessStartInfo program, string log, Action<ProcessIdentity> record)
    {
        string[] command = ["-c", Script, "sh", log, program.FileName, .. program.ArgumentList];
        program.FileName = "/bin/sh";
        program.ArgumentList.Clear();
        Array.ForEach(command, program.ArgumentList.Add);
        program.RedirectStandardInput = true;
        var shell = Process.Start(program)!;
        var process = WorkerProcess.OfChild(shell);
        using (shell.StandardInput)
        {
            // Closed without the line when this fails.
            record(process.Identity);
            shell.StandardInput.WriteLine("go");
        }

        return process;
    }

    /// <summary>Without such a shell this process carries the output to the file: what comes after its own end is lost.</summary>
    private static WorkerProcess StartPiped(ProcessStartInfo program, string log, Action<ProcessIdentity> record)
    {
        program.RedirectStandardOutput = true;
        program.RedirectStandardError = true;
        var child = new Process { StartInfo = program };
        var writing = new Lock();
        child.OutputDataReceived += (_, line) => Append(line.Data);
        child.ErrorDataReceived += (_, line) => Append(line.Data);
        child.Start();
        var process = WorkerProcess.OfChild(child);
        record(process.Identity);
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return process;

        void Append(string? line)
        {
            lock (writing)
            {
                File.AppendAllText(log, line is null ? "" : line + Environment.NewLine);
            }
        }
    }
}
