using Mindtrace.Jobs.Contracts;

namespace Mindtrace.Jobs.Tests;

public sealed class InMemoryJobStoreTests : JobStoreContract
{
    protected override Task<IStores> CreateAsync(TimeProvider clock) =>
        Task.FromResult<IStores>(new Stores<InMemoryJobStore>(new InMemoryJobStore(clock)));
}
