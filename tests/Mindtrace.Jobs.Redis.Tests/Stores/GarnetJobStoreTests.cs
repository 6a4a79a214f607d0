using Mindtrace.TestServers;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class GarnetJobStoreTests(GarnetServer server) : RedisStoreContract(server), IClassFixture<GarnetServer>;
