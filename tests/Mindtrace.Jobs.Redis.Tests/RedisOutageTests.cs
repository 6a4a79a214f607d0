using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisOutageTests
{
    [Theory]
    [InlineData(RedisErrorKind.Loading, true)]
    [InlineData(RedisErrorKind.ReadOnly, true)]
    [InlineData(RedisErrorKind.UnknownError, false)]
    [InlineData(RedisErrorKind.WrongType, false)]
    public void Caused_AnswerOfAServer_IsAnOutageOnlyIfItPasses(RedisErrorKind kind, bool outage) =>
        Assert.Equal(outage, RedisOutage.Caused(new RedisServerException(kind, CommandFlags.None, "what the server said")));
}
