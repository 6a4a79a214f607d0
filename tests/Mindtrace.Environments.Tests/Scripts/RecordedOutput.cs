using System.Collections.Concurrent;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Scripts;

/// <summary>Remembers the lines that a script wrote.</summary>
internal sealed class RecordedOutput : IScriptOutput
{
    private readonly ConcurrentQueue<(ScriptStream Stream, string Line)> _lines = [];

    public IReadOnlyList<string> Stdout => LinesOf(ScriptStream.Stdout);

    public IReadOnlyList<string> Stderr => LinesOf(ScriptStream.Stderr);

    public IReadOnlyList<string> Environment => LinesOf(ScriptStream.Environment);

    public IReadOnlyList<string> All => [.. _lines.Select(line => line.Line)];

    /// <summary>Gets or sets what is done with each line once it is remembered.</summary>
    public Func<string, Task> Hearing { get; set; } = _ => Task.CompletedTask;

    public async ValueTask WriteLineAsync(ScriptStream stream, string line, CancellationToken cancellationToken)
    {
        _lines.Enqueue((stream, line));
        await Hearing(line);
    }

    private string[] LinesOf(ScriptStream stream) => [.. _lines.Where(line => line.Stream == stream).Select(line => line.Line)];
}
