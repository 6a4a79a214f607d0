using System.Text;

namespace Mindtrace.Environments.Scripts;

/// <summary>Keeps the last bytes of what passes, as text.</summary>
internal sealed class ByteTail(int maxBytes)
{
    private readonly byte[] _ring = new byte[maxBytes];
    private long _written;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (maxBytes == 0)
        {
            return;
        }

        var kept = bytes.Length > maxBytes ? bytes[^maxBytes..] : bytes;
        var at = (int)((_written + bytes.Length - kept.Length) % maxBytes);
        var first = Math.Min(kept.Length, maxBytes - at);
        kept[..first].CopyTo(_ring.AsSpan(at));
        kept[first..].CopyTo(_ring);
        _written += bytes.Length;
    }

    /// <returns>The text. A character that the cut went through is left out.</returns>
    public override string ToString()
    {
        if (_written <= maxBytes)
        {
            return Encoding.UTF8.GetString(_ring, 0, (int)_written);
        }

        var at = (int)(_written % maxBytes);
        ReadOnlySpan<byte> bytes = [.. _ring.AsSpan(at), .. _ring.AsSpan(0, at)];
        var start = 0;
        while (start < Math.Min(3, bytes.Length) && (bytes[start] & 0b1100_0000) == 0b1000_0000)
        {
            start++;
        }

        return Encoding.UTF8.GetString(bytes[start..]);
    }
}
