namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisKeySpaceTests
{
    [Fact]
    public void Prefix_OfADefaultSpace_IsOneHashTag() => Assert.Equal("{mindtrace}:", new RedisKeySpace().Prefix);

    [Theory]
    [InlineData("")]
    [InlineData("a}b")]
    [InlineData("{a")]
    public void Name_ThatBreaksTheHashTag_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new RedisKeySpace(name));
}
