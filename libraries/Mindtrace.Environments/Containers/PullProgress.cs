using System.Threading.Channels;
using Docker.DotNet.Models;

namespace Mindtrace.Environments.Containers;

/// <summary>Makes lines for a person of what the engine tells while it pulls: each step of each layer once, without the bytes in between.</summary>
internal sealed class PullProgress : IProgress<JSONMessage>
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly HashSet<(string?, string)> _told = [];

    /// <summary>Gets why the pull failed, which the engine tells like a step.</summary>
    public string? Fault { get; private set; }

    public void Report(JSONMessage value)
    {
        if ((value.Error?.Message ?? value.ErrorMessage) is { Length: > 0 } fault)
        {
            Fault = fault;
        }
        else if (value.Status is { Length: > 0 } status && _told.Add((value.ID, status)))
        {
            _lines.Writer.TryWrite(value.ID is { Length: > 0 } layer ? $"{layer}: {status}" : status);
        }
    }

    public void Close() => _lines.Writer.Complete();

    public IAsyncEnumerable<string> ReadLinesAsync(CancellationToken cancellationToken) => _lines.Reader.ReadAllAsync(cancellationToken);
}
