using Mindtrace.Services.Tests;

[assembly: AssemblyFixture(typeof(ServiceFixture))]
