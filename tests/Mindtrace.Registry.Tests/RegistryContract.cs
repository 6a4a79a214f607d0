using Microsoft.Extensions.Time.Testing;

namespace Mindtrace.Registry.Tests;

/// <summary>What a registry promises on every store.</summary>
public abstract partial class RegistryContract
{
    protected RegistryContract() => Clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 29, 12, 45, 30, TimeSpan.Zero));

    protected FakeTimeProvider Clock { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the store of this test once more, as another program would. It is empty when the test begins.</summary>
    protected abstract IBlobStore OpenStore();

    private ObjectRegistry OpenRegistry() => new(OpenStore(), Clock);
}
