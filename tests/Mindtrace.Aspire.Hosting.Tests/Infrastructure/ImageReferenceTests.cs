using Mindtrace.Hosting.Infrastructure;

namespace Mindtrace.Hosting.Tests.Infrastructure;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("docker.io/library/redis:8.6", "docker.io", "library/redis", "8.6")]
    [InlineData("registry.local:5000/team/redis:8", "registry.local:5000", "team/redis", "8")]
    [InlineData("localhost/redis:8", "localhost", "redis", "8")]
    [InlineData("mindtrace-test/s3:local", null, "mindtrace-test/s3", "local")]
    [InlineData(" redis:8.6 ", null, "redis", "8.6")]
    public void Parse_NameWithTag_TakesItApart(string reference, string? registry, string name, string tag) =>
        Assert.Equal(new ImageReference(registry, name, tag, null), ImageReference.Parse(reference, "Images:Redis"));

    [Theory]
    [InlineData("quay.io/minio/minio@sha256:0a1b", null)]
    [InlineData("quay.io/minio/minio:RELEASE.1@sha256:0a1b", "RELEASE.1")]
    public void Parse_NameWithDigest_TakesItApart(string reference, string? tag) =>
        Assert.Equal(new ImageReference("quay.io", "minio/minio", tag, "0a1b"), ImageReference.Parse(reference, "Images:Minio"));

    [Theory]
    [InlineData("redis")]
    [InlineData("registry.local:5000/redis")]
    [InlineData("redis:")]
    [InlineData(":8.6")]
    [InlineData("docker.io/:8.6")]
    [InlineData("docker.io/library/redis:8 6/x")]
    [InlineData("redis@sha256:")]
    [InlineData("redis@sha256:xyz")]
    [InlineData("http://docker.io/redis:8")]
    public void Parse_NoFullName_FailsAndNamesTheSetting(string reference)
    {
        var fault = Assert.Throws<DistributedApplicationException>(() => ImageReference.Parse(reference, "Images:Redis"));

        Assert.StartsWith($"Images:Redis is '{reference}'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToAnnotation_KeepsTheTag()
    {
        var annotation = ImageReference.Parse("docker.io/library/redis:8.6", "Images:Redis").ToAnnotation();

        Assert.Equal(("docker.io", "library/redis", "8.6"), (annotation.Registry, annotation.Image, annotation.Tag));
    }
}
