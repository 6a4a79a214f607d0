using System.Globalization;
using System.Text;

namespace Mindtrace.Registry;

/// <summary>Turns a segment of a key into a file name that means the same on every file system, and back.</summary>
/// <remarks>
/// Lower-case letters, digits and <c>. _ - @</c> stand for themselves. An upper-case letter is written as <c>!</c> and its lower-case
/// form, since many file systems ignore case; a dot at the beginning, and any other byte of the UTF-8 form, as <c>%</c> and two
/// lower-case hexadecimal digits. So no segment means the folder above, and a name that begins with a dot is never a blob.
/// </remarks>
internal static class BlobFileName
{
    public static string Encode(string segment)
    {
        var name = new StringBuilder(segment.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(segment))
        {
            var c = (char)b;
            _ = c switch
            {
                '.' when name.Length > 0 => name.Append(c),
                (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '-' or '@' => name.Append(c),
                >= 'A' and <= 'Z' => name.Append('!').Append(char.ToLowerInvariant(c)),
                _ => name.Append(CultureInfo.InvariantCulture, $"%{b:x2}"),
            };
        }

        return name.ToString();
    }

    public static string Decode(string name)
    {
        List<byte> segment = new(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '!':
                    segment.Add((byte)char.ToUpperInvariant(name[++i]));
                    break;
                case '%':
                    segment.Add(byte.Parse(name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                default:
                    segment.Add((byte)name[i]);
                    break;
            }
        }

        return Encoding.UTF8.GetString([.. segment]);
    }
}
