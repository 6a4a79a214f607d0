using Mindtrace.TestServers;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisJobStoreTests(RedisServer server) : RedisStoreContract(server), IClassFixture<RedisServer>;
