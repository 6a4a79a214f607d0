using System.Text;
using System.Text.Json;

namespace Mindtrace.Registry.Tests;

internal static class Samples
{
    public static readonly RegistryName Echo = new("worker", "echo");

    public static RegistryContent Content(string text, string file = "worker.json") => new(
        new Dictionary<string, ReadOnlyMemory<byte>> { [file] = Encoding.UTF8.GetBytes(text) });

    /// <summary>Content that says the same thing in two files and a metadata field, so that a mixture of two versions shows.</summary>
    public static RegistryContent Twins(string text) => new(
        new Dictionary<string, ReadOnlyMemory<byte>> { ["a.txt"] = Encoding.UTF8.GetBytes(text), ["b/c.txt"] = Encoding.UTF8.GetBytes(text) },
        new Dictionary<string, JsonElement> { ["text"] = JsonSerializer.SerializeToElement(text) });

    public static string Text(this RegistryObject found, string file = "worker.json") => Encoding.UTF8.GetString(found.Content.Files[file].Span);

    public static string AssertTwins(this RegistryObject found)
    {
        var text = found.Text("a.txt");
        Assert.Equal(text, found.Text("b/c.txt"));
        Assert.Equal(text, found.Content.Metadata["text"].GetString());
        return text;
    }

    public static async Task<string> ReadTextAsync(this IBlobStore store, string key, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        Assert.True(await store.CopyToAsync(key, content, cancellationToken), $"{key} is missing.");
        return Encoding.UTF8.GetString(content.ToArray());
    }

    public static async Task WriteTextAsync(this IBlobStore store, string key, string text, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await store.WriteAsync(key, content, cancellationToken);
    }
}
