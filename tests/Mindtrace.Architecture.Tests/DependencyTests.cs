namespace Mindtrace.Architecture.Tests;

/// <summary>Dependencies point one way; docs/architecture.md says which.</summary>
public sealed class DependencyTests
{
    public static TheoryData<string> Libraries => [.. ProjectGraph.Projects.Where(it => it.Value.Area == "libraries").Select(it => it.Key)];

    public static TheoryData<string> Services => [.. ProjectGraph.Projects.Where(it => it.Value.Area == "services").Select(it => it.Key)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_KnowsNoService(string library) =>
        Assert.DoesNotContain(ProjectGraph.Closure(library), link => ProjectGraph.Projects[link].Area is not ("libraries" or "Mindtrace.ServiceDefaults"));

    // The program of a node is that of the built-in workers as well, so that a node can be one file.
    [Theory]
    [MemberData(nameof(Services))]
    public void Service_LinksNoOtherService(string service) => Assert.Equal(
        service == "Mindtrace.Node" ? ["Mindtrace.Worker"] : [],
        ProjectGraph.Closure(service).Where(link => ProjectGraph.Projects[link].Area == "services"));

    [Theory]
    [InlineData("Mindtrace.Jobs")]
    [InlineData("Mindtrace.Registry")]
    [InlineData("Mindtrace.Services")]
    [InlineData("Mindtrace.Environments")]
    public void BasicLibrary_KnowsNoOtherProject(string library) => Assert.Empty(ProjectGraph.Projects[library].Links);

    [Theory]
    [InlineData("Mindtrace.Jobs.Redis", "Mindtrace.Jobs")]
    [InlineData("Mindtrace.Jobs.RabbitMQ", "Mindtrace.Jobs")]
    [InlineData("Mindtrace.Registry.Minio", "Mindtrace.Registry")]
    public void Backend_KnowsItsContractOnly(string backend, string contract) => Assert.Equal([contract], ProjectGraph.Projects[backend].Links);

    [Fact]
    public void Jobs_UsesNoBrokerPackage() =>
        Assert.DoesNotContain(ProjectGraph.Projects["Mindtrace.Jobs"].Packages, package => package is "RabbitMQ.Client" or "StackExchange.Redis");

    [Fact]
    public void EveryProject_IsInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(ProjectGraph.Root, "Mindtrace.Aspire.sln"));
        Assert.All(ProjectGraph.Projects.Keys, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }
}
