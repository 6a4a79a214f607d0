using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;

namespace Mindtrace.Environments.Containers;

/// <summary>The name of an image, with what is left out filled in: <c>ubuntu</c> is <c>docker.io/library/ubuntu:latest</c>.</summary>
/// <param name="Registry">The host of its registry, with a port where one was given.</param>
/// <param name="Path">Its path there.</param>
/// <param name="Tag">Its tag; none when only a digest was given.</param>
/// <param name="Digest">Its digest, which decides when there is a tag as well; none when only a tag was given.</param>
/// <remarks>Source: the grammar of references in the distribution project, without its upper case hosts.</remarks>
internal sealed partial record ImageReference(string Registry, string Path, string? Tag, string? Digest)
{
    public const string DefaultRegistry = "docker.io";
    private const string OfficialImages = "library/";
    private const int MaxLength = 1024;

    /// <summary>Gets the name without tag and digest.</summary>
    public string Repository => $"{Registry}/{Path}";

    /// <summary>Gets the whole name by which the engine finds this image. It holds a digest or a tag, so it is never taken for an id.</summary>
    public string FullName => $"{Repository}{(Digest is null ? ":" : "@")}{TagOrDigest}";

    public string TagOrDigest => Digest ?? Tag!;

    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text is null || text.Length > MaxLength || Grammar().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var (registry, path) = SplitRegistry(match.Groups["name"].Value);
        var digest = match.Groups["digest"] is { Success: true } givenDigest ? givenDigest.Value : null;
        var tag = match.Groups["tag"] is { Success: true } givenTag ? givenTag.Value : digest is null ? "latest" : null;
        if (!RegistryGrammar().IsMatch(registry) || !PathGrammar().IsMatch(path))
        {
            return false;
        }

        reference = new ImageReference(registry, path, tag, digest);
        return true;
    }

    /// <summary>Finds the digest of an image that was found by this name: that of its registry, else, of an image made here, its id.</summary>
    public string DigestOf(ImageInspectResponse image) => RegistryDigestOf(image) ?? image.ID;

    /// <summary>Names an image that was found by this name such that it will always be this very image; none for one made here, which only its tag names.</summary>
    public string? PinnedNameOf(ImageInspectResponse image) => RegistryDigestOf(image) is { } digest ? $"{Repository}@{digest}" : null;

    /// <summary>Finds the registry in a name or in the beginning of one, and fills in what stands for the default one.</summary>
    public static (string Registry, string Path) SplitRegistry(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var (registry, path) = first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0
            ? (first, name[(slash + 1)..])
            : (DefaultRegistry, name);
        if (registry == "index.docker.io")
        {
            registry = DefaultRegistry;
        }

        return registry == DefaultRegistry && !path.Contains('/', StringComparison.Ordinal)
            ? (registry, OfficialImages + path)
            : (registry, path);
    }

    private string? RegistryDigestOf(ImageInspectResponse image) => (image.RepoDigests ?? [])
        .Select(name => TryParse(name, out var parsed) && parsed.Repository == Repository ? parsed.Digest : null)
        .FirstOrDefault(digest => digest is not null);

    [GeneratedRegex(@"\A(?<name>[a-z0-9._/:\-]+?)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9\-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9\-]*[a-z0-9])?)*(:[0-9]{1,5})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RegistryGrammar();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PathGrammar();
}
