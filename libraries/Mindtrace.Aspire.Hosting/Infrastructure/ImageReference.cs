namespace Mindtrace.Hosting.Infrastructure;

/// <summary>The full name of a container image: <c>[registry/]name[:tag][@sha256:digest]</c>.</summary>
/// <param name="Registry">The registry's host, with its port if any; <see langword="null"/> for the runtime's default.</param>
/// <param name="Name">The repository within the registry.</param>
/// <param name="Tag">The tag; <see langword="null"/> when only a digest is given.</param>
/// <param name="Sha256">The digest in hexadecimal, if given.</param>
internal sealed record ImageReference(string? Registry, string Name, string? Tag, string? Sha256)
{
    private const string DigestMark = "@sha256:";

    /// <param name="reference">What was configured.</param>
    /// <param name="setting">Where it was configured, for the message of a fault.</param>
    /// <exception cref="DistributedApplicationException">It is not the name of an image, or names neither tag nor digest.</exception>
    public static ImageReference Parse(string reference, string setting)
    {
        var (name, digest) = SplitAtLast(reference.Trim(), DigestMark);
        var slash = name.IndexOf('/', StringComparison.Ordinal);

        // As container runtimes read it: the first part is a host when it looks like one, and part of the name otherwise.
        var registry = slash > 0 && name[..slash] is var first && (first.Contains('.') || first.Contains(':') || first == "localhost")
            ? first
            : null;
        (name, var tag) = SplitAtLast(registry is null ? name : name[(slash + 1)..], ":");

        var isValid = name.Length > 0 && !name.StartsWith('/') && !name.EndsWith('/') && !name.Any(c => c is ' ' or ':' or '@')
            && tag is not "" && digest is not "" && (tag is not null || digest is not null)
            && tag?.Contains('/') != true && digest?.All(char.IsAsciiHexDigit) != false;
        return isValid
            ? new ImageReference(registry, name, tag, digest)
            : throw new DistributedApplicationException($"{setting} is '{reference}', which is no full image name. Write it as registry/name:tag, for instance docker.io/library/redis:8.6.");
    }

    // The annotation holds a tag or a digest: setting the one, even to nothing, takes away the other. A digest says more.
    public ContainerImageAnnotation ToAnnotation() => Sha256 is null
        ? new() { Registry = Registry, Image = Name, Tag = Tag }
        : new() { Registry = Registry, Image = Name, SHA256 = Sha256 };

    private static (string Before, string? After) SplitAtLast(string text, string mark) =>
        text.LastIndexOf(mark, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + mark.Length)..]) : (text, null);
}
