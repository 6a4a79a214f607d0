namespace Mindtrace.AppHost.Tests.Boot;

/// <summary>Boots one AppHost at a time.</summary>
[CollectionDefinition(nameof(BootedCluster), DisableParallelization = true)]
public sealed class BootCollection;
