using System.Text;

namespace Mindtrace.Environments;

/// <summary>Reads a stream to its end and keeps the last of it, so that a program that writes much takes little memory.</summary>
internal sealed class OutputTail
{
    private const int MaxLength = 16_000;

    private readonly StringBuilder _text = new();

    public OutputTail(StreamReader reader) => Ended = ReadAsync(reader);

    public Task Ended { get; }

    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
        {
            lock (_text)
            {
                _text.Append(buffer, 0, read);
                if (_text.Length > MaxLength)
                {
                    _text.Remove(0, _text.Length - MaxLength);
                }
            }
        }
    }
}
