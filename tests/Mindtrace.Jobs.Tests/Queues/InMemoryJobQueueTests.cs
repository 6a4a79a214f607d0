using Mindtrace.Jobs.Contracts;

namespace Mindtrace.Jobs.Tests;

public sealed class InMemoryJobQueueTests : JobQueueContract
{
    protected override Task<IJobQueue> CreateQueueAsync() => Task.FromResult<IJobQueue>(new InMemoryJobQueue());
}
