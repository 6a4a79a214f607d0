using System.Diagnostics.CodeAnalysis;

namespace Mindtrace.Environments.Containers;

/// <summary>One entry of <see cref="ContainerPolicy.AllowedImages"/>.</summary>
internal sealed class ImageRule
{
    private const string DigestPrefix = "sha256:";
    private readonly Func<ImageReference, bool> _allows;

    private ImageRule(Func<ImageReference, bool> allows) => _allows = allows;

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageRule? rule)
    {
        rule = null;
        if (text.EndsWith('*'))
        {
            rule = new ImageRule(StartsWith(text[..^1]));
        }
        else if (text.StartsWith(DigestPrefix, StringComparison.Ordinal))
        {
            rule = ImageReference.TryParse($"any@{text}", out _) ? new ImageRule(image => image.Digest == text) : null;
        }
        else if (ImageReference.TryParse(text, out var named))
        {
            // "ubuntu" is every ubuntu here, and not the latest alone.
            var isWholeRepository = named.Digest is null && !text.EndsWith($":{named.Tag}", StringComparison.Ordinal);
            rule = new ImageRule(isWholeRepository
                ? image => image.Repository == named.Repository
                : image => image.FullName == named.FullName);
        }

        return rule is not null;
    }

    /// <summary>Tells whether the rule allows an image. A digest decides which image is run, so a tag beside it allows nothing.</summary>
    public bool Allows(ImageReference image) => _allows(image);

    private static Func<ImageReference, bool> StartsWith(string text)
    {
        if (text.Length == 0)
        {
            return _ => true;
        }

        // With the registry written out, "docker.io/*" is all of it, and not the official images alone.
        var isWhole = text.StartsWith(ImageReference.DefaultRegistry + "/", StringComparison.Ordinal);
        var (registry, path) = ImageReference.SplitRegistry(text);
        var beginning = isWhole ? text : $"{registry}/{path}";
        return image => image.FullName.StartsWith(beginning, StringComparison.Ordinal);
    }
}
