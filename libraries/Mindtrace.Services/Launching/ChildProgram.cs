using System.Diagnostics;

namespace Mindtrace.Services;

/// <summary>The process of a launched service, with the end of what it wrote.</summary>
internal sealed class ChildProgram : IDisposable
{
    private const int TailLines = 40;

    private readonly Process _process;
    private readonly Queue<string> _tail = new();
    private readonly Action<string>? _output;

    private ChildProgram(ProcessStartInfo start, Action<string>? output)
    {
        _output = output;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Tail
    {
        get
        {
            lock (_tail)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    public static ChildProgram Start(ServiceLaunch launch)
    {
        var isAssembly = launch.Program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = isAssembly
            ? new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [launch.Program])
            : new ProcessStartInfo(launch.Program);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // Settings files come from beside the program; relative paths in settings mean those of the caller.
        Set(start, "ASPNETCORE_CONTENTROOT", Path.GetDirectoryName(Path.GetFullPath(launch.Program)));
        Set(start, "ASPNETCORE_URLS", launch.Url.GetLeftPart(UriPartial.Authority));
        Set(start, $"{ServiceOptions.SectionName}:{nameof(ServiceOptions.Url)}", launch.Url.AbsoluteUri);
        if (launch.ApiKey is not null)
        {
            Set(start, $"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}", launch.ApiKey);
        }

        foreach (var (key, value) in launch.Settings)
        {
            Set(start, key, value);
        }

        return new ChildProgram(start, launch.Output);
    }

    /// <summary>Waits until the process has ended and all that it wrote is read.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Kills the process and all that it started; nothing happens when it has ended already.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose() => _process.Dispose();

    private static void Set(ProcessStartInfo start, string key, string? value)
    {
        var variable = key.Replace(":", "__", StringComparison.Ordinal);
        if (value is null)
        {
            start.Environment.Remove(variable);
        }
        else
        {
            start.Environment[variable] = value;
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_tail)
        {
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }

            _output?.Invoke(line);
        }
    }
}
