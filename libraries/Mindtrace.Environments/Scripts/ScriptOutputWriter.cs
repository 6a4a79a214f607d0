using System.Text;

namespace Mindtrace.Environments.Scripts;

/// <summary>Takes what a command writes to one of its streams in pieces of any size, hands it on line by line, and keeps the end of it.</summary>
/// <remarks>It is used by one thread at a time. Text that is no UTF-8 becomes replacement characters.</remarks>
internal sealed class ScriptOutputWriter(ScriptStream stream, IScriptOutput output, int tailBytes)
{
    public const int MaxLineBytes = 16 << 10;

    private readonly byte[] _line = new byte[MaxLineBytes];
    private readonly ByteTail _tail = new(tailBytes);
    private int _lineLength;

    /// <summary>Whether a part of the line has been handed on. If nothing but its end is left, that is no line of its own.</summary>
    private bool _isContinued;

    /// <summary>Gets the end of what was written.</summary>
    public string Tail => _tail.ToString();

    /// <summary>Takes the next piece.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _tail.Append(piece.Span);
        while (!piece.IsEmpty)
        {
            var end = piece.Span.IndexOf((byte)'\n');
            var length = Math.Min(end < 0 ? piece.Length : end, MaxLineBytes - _lineLength);
            piece.Span[..length].CopyTo(_line.AsSpan(_lineLength));
            _lineLength += length;
            var isEnded = length == end;
            piece = piece[(isEnded ? length + 1 : length)..];
            if (isEnded)
            {
                if (_lineLength > 0 || !_isContinued)
                {
                    await SendAsync(_lineLength, cancellationToken).ConfigureAwait(false);
                }

                _isContinued = false;
            }
            else if (_lineLength == MaxLineBytes)
            {
                await SendAsync(_lineLength - CutCharacterBytes(_line), cancellationToken).ConfigureAwait(false);
                _isContinued = true;
            }
        }
    }

    /// <summary>Hands on a last line that has no end.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) =>
        _lineLength == 0 ? ValueTask.CompletedTask : SendAsync(_lineLength, cancellationToken);

    private async ValueTask SendAsync(int length, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(_line, 0, length).TrimEnd('\r');
        _line.AsSpan(length.._lineLength).CopyTo(_line);
        _lineLength -= length;
        await output.WriteLineAsync(stream, text, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts the bytes at the end that are the beginning of a character of which the rest is missing.</summary>
    private static int CutCharacterBytes(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3; back++)
        {
            var last = text[^back];
            if ((last & 0b1100_0000) != 0b1000_0000)
            {
                var expected = last >= 0b1111_0000 ? 4 : last >= 0b1110_0000 ? 3 : last >= 0b1100_0000 ? 2 : 1;
                return expected > back ? back : 0;
            }
        }

        return 0;
    }
}
