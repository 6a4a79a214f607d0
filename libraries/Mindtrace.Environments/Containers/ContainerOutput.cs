using Docker.DotNet;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Containers;

/// <summary>Takes what one container writes apart, and counts it.</summary>
internal sealed class ContainerOutput : IDisposable
{
    private const int PieceBytes = 32 << 10;
    private readonly ScriptLimits _limits;
    private readonly OrderedScriptOutput _output;
    private readonly ScriptOutputWriter _stdout;
    private readonly ScriptOutputWriter _stderr;

    public ContainerOutput(ScriptLimits limits, IScriptOutput output)
    {
        _limits = limits;
        _output = new OrderedScriptOutput(output);
        _stdout = new ScriptOutputWriter(ScriptStream.Stdout, _output, limits.TailBytes);
        _stderr = new ScriptOutputWriter(ScriptStream.Stderr, _output, limits.TailBytes);
    }

    public string Stdout => _stdout.Tail;

    public string Stderr => _stderr.Tail;

    /// <summary>Tells what is done to make or remove the environment.</summary>
    public ValueTask NoteAsync(string line, CancellationToken cancellationToken) =>
        _output.WriteLineAsync(ScriptStream.Environment, line, cancellationToken);

    /// <summary>Reads until the container ends.</summary>
    /// <returns><see langword="false"/> as soon as there was more than the limit.</returns>
    /// <exception cref="ContainerStepException">The engine was lost.</exception>
    public async Task<bool> ReadToEndAsync(MultiplexedStream stream, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        var room = _limits.OutputBytes;
        var isWhole = true;
        while (isWhole && await ReadAsync(stream, piece, cancellationToken).ConfigureAwait(false) is { EOF: false } read)
        {
            isWhole = read.Count <= room;
            var kept = (int)Math.Min(read.Count, room);
            room -= kept;
            var writer = read.Target == MultiplexedStream.TargetStream.StandardError ? _stderr : _stdout;
            await writer.WriteAsync(piece.AsMemory(0, kept), cancellationToken).ConfigureAwait(false);
        }

        await _stdout.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await _stderr.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return isWhole;
    }

    public void Dispose() => _output.Dispose();

    // Apart from the writing: what a listener throws is not the engine's fault.
    private static async Task<MultiplexedStream.ReadResult> ReadAsync(MultiplexedStream stream, byte[] piece, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadOutputAsync(piece, 0, piece.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new ContainerStepException(
                ContainerStepException.Run, $"The container engine was lost while the command ran: {fault.Message}", fault);
        }
    }
}
