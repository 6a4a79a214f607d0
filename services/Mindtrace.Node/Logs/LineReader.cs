using System.Text;

namespace Mindtrace.Node.Logs;

/// <summary>Reads a growing file line by line, each time from where it stopped, or from the beginning if the file was emptied meanwhile.</summary>
internal sealed class LineReader(string path)
{
    private const int MaxLineBytes = 64 * 1024;
    private const int BufferBytes = 16 * 1024;

    private readonly List<byte> _line = [];
    private long _position;

    /// <summary>Gets what stands behind the last line break; <see langword="null"/> when nothing does.</summary>
    public string? Rest => _line.Count > 0 ? Text() : null;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, which may be missing.</param>
    /// <param name="lastToo">Whether what stands behind the last line break counts as a line.</param>
    public static IEnumerable<string> ReadAll(string path, bool lastToo = true)
    {
        var reader = new LineReader(path);
        foreach (var line in reader.Read())
        {
            yield return line;
        }

        if (lastToo && reader.Rest is { } rest)
        {
            yield return rest;
        }
    }

    /// <summary>Reads the lines that have been finished since. A line of more than 64 KiB counts as several.</summary>
    public IEnumerable<string> Read()
    {
        using var file = Open();
        if (file is null)
        {
            yield break;
        }

        if (file.Length < _position)
        {
            _position = 0;
            _line.Clear();
        }

        file.Position = _position;
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            _position += count;
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] != '\n')
                {
                    _line.Add(buffer[i]);
                }

                if (buffer[i] == '\n' || _line.Count == MaxLineBytes)
                {
                    yield return Text();
                    _line.Clear();
                }
            }
        }
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string Text() => Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');
}
