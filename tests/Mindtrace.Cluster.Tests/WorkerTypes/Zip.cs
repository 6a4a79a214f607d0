using System.IO.Compression;
using System.Text;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>Makes zips, well-behaved or not.</summary>
internal static class Zip
{
    private const int LinkAttributes = unchecked((int)0xA1FF0000);

    /// <summary>Zips files of a text each.</summary>
    public static MemoryStream Of(params (string Name, string Text)[] files) => Write(zip =>
    {
        foreach (var (name, text) in files)
        {
            using var content = zip.CreateEntry(name).Open();
            content.Write(Encoding.UTF8.GetBytes(text));
        }
    });

    /// <summary>Zips a file of zeros.</summary>
    public static MemoryStream OfZeros(int bytes) => Write(zip =>
    {
        using var content = zip.CreateEntry("zeros").Open();
        content.Write(new byte[bytes]);
    });

    /// <summary>Zips a link to a path.</summary>
    public static MemoryStream OfLink(string target) => Write(zip =>
    {
        var link = zip.CreateEntry("link");
        link.ExternalAttributes = LinkAttributes;
        using var content = link.Open();
        content.Write(Encoding.UTF8.GetBytes(target));
    });

    /// <summary>Has a zip of one file declare another size than the file has.</summary>
    public static MemoryStream Declaring(this MemoryStream zip, int bytes)
    {
        // The size stands in the file's own header and in the list at the end. Source: PKWARE APPNOTE 6.3.10, 4.3.7 and 4.3.12.
        var raw = zip.ToArray();
        BitConverter.TryWriteBytes(raw.AsSpan(raw.AsSpan().IndexOf("PK\x03\x04"u8) + 22), bytes);
        BitConverter.TryWriteBytes(raw.AsSpan(raw.AsSpan().LastIndexOf("PK\x01\x02"u8) + 24), bytes);
        return new MemoryStream(raw);
    }

    private static MemoryStream Write(Action<ZipArchive> fill)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            fill(zip);
        }

        stream.Position = 0;
        return stream;
    }
}
