namespace Mindtrace.Registry.Tests;

public sealed class RegistryNameTests
{
    [Theory]
    [InlineData("worker:echo", "worker", "echo")]
    [InlineData("worker:Run_Script-2.1", "worker", "Run_Script-2.1")]
    [InlineData("a:_", "a", "_")]
    public void Parse_GoodName_HasItsParts(string text, string kind, string name)
    {
        var parsed = RegistryName.Parse(text);

        Assert.Equal((kind, name), (parsed.Kind, parsed.Name));
        Assert.Equal(new RegistryName(kind, name), parsed);
        Assert.Equal(text, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("worker")]
    [InlineData("worker:")]
    [InlineData(":echo")]
    [InlineData("worker:a:b")]
    [InlineData("Worker:echo")]
    [InlineData("worker:echo@1.0.0")]
    [InlineData("worker:..")]
    [InlineData("worker:.hidden")]
    [InlineData("worker:dot.")]
    [InlineData("worker:a/b")]
    [InlineData("worker:a\\b")]
    [InlineData("worker:a b")]
    [InlineData("worker:a\n")]
    [InlineData("worker:a%2Fb")]
    [InlineData("worker:ä")]
    public void Parse_BadName_SaysWhatANameIs(string text)
    {
        Assert.False(RegistryName.TryParse(text, null, out _));
        var fault = Assert.Throws<FormatException>(() => RegistryName.Parse(text));
        Assert.Contains("kind:name", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PartTooLong_IsRefused()
    {
        Assert.Throws<ArgumentException>("name", () => new RegistryName("worker", new string('a', RegistryName.MaxNameLength + 1)));
        Assert.Throws<ArgumentException>("kind", () => new RegistryName(new string('a', RegistryName.MaxKindLength + 1), "echo"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("../aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void ParseDigest_NoSha256_IsRefused(string text) => Assert.Throws<FormatException>(() => PackageDigest.Parse(text));

    [Fact]
    public void ParseDigest_EitherCase_IsTheSameDigest() =>
        Assert.Equal(PackageDigest.Parse(new string('a', 64)), PackageDigest.Parse(new string('A', 64)));
}
