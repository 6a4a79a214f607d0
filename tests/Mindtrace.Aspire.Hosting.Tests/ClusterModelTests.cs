using Mindtrace.Hosting.Infrastructure;

namespace Mindtrace.Hosting.Tests;

/// <summary>What a cluster adds to an application, in run mode and in publish mode, without starting any of it.</summary>
public sealed class ClusterModelTests
{
    private static readonly string[] Publishing = ["--publisher", "manifest", "--output-path", "unused.json"];

    [Fact]
    public void AddMindtraceCluster_Embedded_NamesItsServersAfterIt()
    {
        var builder = Embedded();

        builder.AddMindtraceCluster("cluster");

        Assert.All<string>(
            ["cluster", "cluster-redis", "cluster-embedded-redis", "cluster-api-key", "cluster-node-key", "cluster-worker-key"],
            name => Assert.Single(builder.Resources, resource => resource.Name == name));
    }

    [Fact]
    public void AddMindtraceCluster_Twice_KeepsThemApart()
    {
        var builder = Embedded();

        builder.AddMindtraceCluster("first");
        builder.AddMindtraceCluster("second");

        Assert.Distinct(builder.Resources.Select(resource => resource.Name));
        Assert.Equal(2, builder.Resources.OfType<MindtraceClusterResource>().Select(cluster => cluster.ApiKey).Distinct().Count());
    }

    [Fact]
    public void AddMindtraceCluster_ConnectionStringOfItsRedis_TakesThatServer()
    {
        var builder = Embedded("--ConnectionStrings:cluster-redis=localhost:6379");

        builder.AddMindtraceCluster("cluster");

        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "cluster-embedded-redis");
    }

    [Fact]
    public void AddNode_PortSettingIsNoPort_FailsAndNamesTheSetting()
    {
        var cluster = Embedded("--Ports:node1=http").AddMindtraceCluster("cluster");

        var fault = Assert.Throws<DistributedApplicationException>(() => cluster.AddNode("node1"));

        Assert.Equal("Ports:node1 is 'http'. It is a TCP port from 1 to 65535, or 0 for any free one.", fault.Message);
    }

    [Fact]
    public async Task AddNode_KnowsTheManagerAndAKeyOfItsOwnAlone()
    {
        var cluster = DistributedApplication.CreateBuilder(Publishing).AddMindtraceCluster("cluster");

        var environment = await EnvironmentAsync(cluster.AddNode("node1"));

        Assert.Equal("{cluster.bindings.https.url}", environment["Manager__BaseAddress"]);
        Assert.Equal("{cluster-node-key.value}", environment["Security__ApiKey"]);
        Assert.DoesNotContain(environment.Values, value => value.Contains("api-key", StringComparison.Ordinal));
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddWorkerType_OneMoreJobType_ConsumesBoth()
    {
        var cluster = DistributedApplication.CreateBuilder(Publishing).AddMindtraceCluster("cluster");

        var workers = cluster.AddWorkerType("worker", "EchoWorker", "echo_job").WithJobType("echo_again");

        var environment = await EnvironmentAsync(workers);
        Assert.Equal(["echo_job", "echo_again"], workers.Resource.JobTypes);
        Assert.Equal(("echo_job", "echo_again"), (environment["Worker__JobTypes__0"], environment["Worker__JobTypes__1"]));
        Assert.Equal("EchoWorker", environment["Worker__Class"]);
        Assert.Equal("{cluster-worker-key.value}", environment["Security__ApiKey"]);
        Assert.Equal("RabbitMq", environment["Queue__Backend"]);
        Assert.Equal("{cluster-redis.connectionString}", environment["ConnectionStrings__redis"]);
    }

    [Fact]
    public void Containers_AreOfThePinnedImages()
    {
        var builder = DistributedApplication.CreateBuilder([.. Publishing, "--Images:Minio=registry.example/s3:1"]);

        builder.AddMindtraceCluster("cluster");

        var images = builder.Resources.OfType<ContainerResource>().Select(container => container.TryGetContainerImageName(out var image) ? image : null);
        Assert.Equal([ServerImages.RabbitMq, ServerImages.Redis, "registry.example/s3:1"], images.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WithReference_GivesAddressAndKeyAsOneConnectionString()
    {
        var builder = DistributedApplication.CreateBuilder(Publishing);
        var key = builder.AddParameter("mine", secret: true);
        var cluster = builder.AddMindtraceCluster("cluster", apiKey: key);

        var application = builder.AddContainer("shop", "shop").WithReference(cluster).WithReference(cluster, "other");

        var environment = await EnvironmentAsync(application);
        Assert.Equal("Endpoint={cluster.bindings.https.url};Key={mine.value}", environment["ConnectionStrings__cluster"]);
        Assert.Equal(environment["ConnectionStrings__cluster"], environment["ConnectionStrings__other"]);
        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "cluster-api-key");
    }

    [Fact]
    public void ClusterPrograms_AreProjectsOfTheRepository() => Assert.All(
        [ClusterProgram.EmbeddedRedis, ClusterProgram.Manager, ClusterProgram.Node, ClusterProgram.Worker],
        program => Assert.True(File.Exists(program.ProjectPath), program.ProjectPath));

    private static IDistributedApplicationBuilder Embedded(params string[] settings) =>
        DistributedApplication.CreateBuilder(["--Infrastructure:Mode=Embedded", "--Infrastructure:Volumes=false", .. settings]);

    private static async Task<Dictionary<string, string>> EnvironmentAsync<T>(IResourceBuilder<T> resource)
        where T : IResourceWithEnvironment
    {
        await using var app = resource.ApplicationBuilder.Build();
        var configuration = await ExecutionConfigurationBuilder.Create(resource.Resource).WithEnvironmentVariablesConfig()
            .BuildAsync(resource.ApplicationBuilder.ExecutionContext, cancellationToken: TestContext.Current.CancellationToken);
        return configuration.EnvironmentVariables.ToDictionary();
    }
}
