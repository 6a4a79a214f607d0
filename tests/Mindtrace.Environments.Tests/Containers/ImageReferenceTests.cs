using Mindtrace.Environments.Containers;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string OtherDigest = "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    [Theory]
    [InlineData("ubuntu", "docker.io/library/ubuntu:latest")]
    [InlineData("ubuntu:22.04", "docker.io/library/ubuntu:22.04")]
    [InlineData("docker.io/ubuntu", "docker.io/library/ubuntu:latest")]
    [InlineData("index.docker.io/library/ubuntu", "docker.io/library/ubuntu:latest")]
    [InlineData("team/tool", "docker.io/team/tool:latest")]
    [InlineData("ghcr.io/team/tool:1.0", "ghcr.io/team/tool:1.0")]
    [InlineData("localhost/tool", "localhost/tool:latest")]
    [InlineData("localhost:5000/tool", "localhost:5000/tool:latest")]
    [InlineData("10.0.0.1:5000/a/b/c:2", "10.0.0.1:5000/a/b/c:2")]
    [InlineData("host:5000", "docker.io/library/host:5000")]
    [InlineData($"ubuntu@{Digest}", $"docker.io/library/ubuntu@{Digest}")]
    [InlineData($"ghcr.io/team/tool:1.0@{Digest}", $"ghcr.io/team/tool@{Digest}")]
    [InlineData("deadbeef", "docker.io/library/deadbeef:latest")]
    public void Name_OfAnyForm_IsFilledIn(string text, string full)
    {
        Assert.True(ImageReference.TryParse(text, out var image));
        Assert.Equal(full, image.FullName);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ubuntu")]
    [InlineData("ubuntu\n")]
    [InlineData("Ubuntu")]
    [InlineData("-ubuntu")]
    [InlineData("--privileged")]
    [InlineData("ubuntu:")]
    [InlineData("ubuntu:-tag")]
    [InlineData("ubuntu@sha256:0123")]
    [InlineData("../../etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("user@host.example/tool")]
    [InlineData("http://host.example/tool")]
    [InlineData("host.example/tool?tag=1")]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ")]
    public void Name_ThatIsNone_IsRefused(string? text) => Assert.False(ImageReference.TryParse(text, out _));

    [Theory]
    [InlineData("ubuntu", "ubuntu:22.04")]
    [InlineData("ubuntu", $"ubuntu@{Digest}")]
    [InlineData("ubuntu", "docker.io/library/ubuntu")]
    [InlineData("ubuntu:latest", "ubuntu")]
    [InlineData("python:3.*", "python:3.12")]
    [InlineData("ghcr.io/team/*", "ghcr.io/team/tool:1")]
    [InlineData("team/*", "team/tool")]
    [InlineData("docker.io/*", "team/tool")]
    [InlineData("docker.io/*", "ubuntu")]
    [InlineData("*", "evil.example/x")]
    [InlineData($"ubuntu@{Digest}", $"ubuntu:22.04@{Digest}")]
    [InlineData(Digest, $"anywhere.example/x@{Digest}")]
    public void Rule_ThatCoversAnImage_AllowsIt(string rule, string image) => Assert.True(Allows(rule, image));

    [Theory]
    [InlineData("ubuntu", "ubuntu-evil")]
    [InlineData("ubuntu", "evil/ubuntu")]
    [InlineData("ubuntu", "evil.example/library/ubuntu")]
    [InlineData("ubuntu", "evil.example/docker.io/library/ubuntu")]
    [InlineData("ubuntu:22.04", "ubuntu:24.04")]
    [InlineData("ubuntu:latest", "ubuntu:22.04")]
    [InlineData("ghcr.io/team/*", "ghcr.io/team-evil/tool")]
    [InlineData("ghcr.io/team/*", "evil.example/ghcr.io/team/tool")]
    [InlineData("team/*", "evil.example/team/tool")]
    [InlineData("docker.io/*", "docker.io.evil.example/x")]
    [InlineData($"ubuntu@{Digest}", $"ubuntu@{OtherDigest}")]
    [InlineData($"ubuntu@{Digest}", "ubuntu")]
    public void Rule_ThatDoesNotCoverAnImage_RefusesIt(string rule, string image) => Assert.False(Allows(rule, image));

    [Theory]
    [InlineData("ubuntu:22.04")]
    [InlineData("ubuntu:22*")]
    public void Rule_OfATag_RefusesThatTagBesideADigest(string rule) => Assert.False(Allows(rule, $"ubuntu:22.04@{Digest}"));

    [Theory]
    [InlineData("")]
    [InlineData("not an image")]
    [InlineData("sha256:12")]
    public void Rule_ThatIsNone_IsToldAtTheStart(string rule)
    {
        var policy = new ContainerPolicy { AllowedImages = { rule } };

        Assert.Contains(policy.Validate(new(policy)), fault => fault.MemberNames.Contains(nameof(ContainerPolicy.AllowedImages)));
    }

    private static bool Allows(string rule, string image) =>
        ImageRule.TryParse(rule, out var parsed) && ImageReference.TryParse(image, out var reference) && parsed.Allows(reference);
}
