namespace Mindtrace.Services.Tests;

/// <summary>One sample service for all tests that leave it as they found it.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    public SampleService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Service = await SampleService.StartAsync();

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
