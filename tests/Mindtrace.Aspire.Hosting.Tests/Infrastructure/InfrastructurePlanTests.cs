using Mindtrace.Hosting.Infrastructure;

namespace Mindtrace.Hosting.Tests.Infrastructure;

public sealed class InfrastructurePlanTests
{
    private static readonly ExternalServers NoServer = new(Redis: false, RabbitMq: false, Minio: false);
    private static readonly ExternalServers AllServers = new(Redis: true, RabbitMq: true, Minio: true);
    private static readonly ContainerRuntime Docker = new("docker", "docker answers");
    private static readonly ContainerRuntime NoRuntime = new(null, "docker: installed, but not running; podman: not installed");

    [Fact]
    public void Decide_AutoWithRuntime_RunsContainers()
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Auto, isPublishing: false, NoServer, Docker);

        Assert.Equal((Source.Container, Source.Container, Source.Container), (plan.Redis, plan.Queue, plan.Registry));
        Assert.StartsWith("containers, because docker answers. ", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AutoWithoutRuntime_EmbedsAndSaysWhatEachRuntimeSaid()
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Auto, isPublishing: false, NoServer, NoRuntime);

        Assert.Equal((Source.Embedded, Source.Embedded, Source.Embedded), (plan.Redis, plan.Queue, plan.Registry));
        Assert.Equal(
            "embedded, because no container runtime answered (docker: installed, but not running; podman: not installed). " +
            "Redis = embedded (Garnet), job queues = in Redis, registry = in a folder",
            plan.ToString());
    }

    [Fact]
    public void Decide_EmbeddedAskedFor_EmbedsThoughARuntimeAnswers()
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Embedded, isPublishing: false, NoServer, Docker);

        Assert.Equal((Source.Embedded, Source.Embedded, Source.Embedded), (plan.Redis, plan.Queue, plan.Registry));
    }

    [Fact]
    public void Decide_ContainersAskedForWithoutRuntime_FailsAndSaysWhatToDo()
    {
        var fault = Assert.Throws<DistributedApplicationException>(
            () => InfrastructurePlan.Decide(InfrastructureMode.Containers, isPublishing: false, NoServer, NoRuntime));

        Assert.Contains("podman: not installed", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Infrastructure:Mode to Auto or Embedded", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_Publishing_TakesContainersWhateverTheMode()
    {
        foreach (var mode in Enum.GetValues<InfrastructureMode>())
        {
            var plan = InfrastructurePlan.Decide(mode, isPublishing: true, NoServer, runtime: null);

            Assert.Equal((Source.Container, Source.Container, Source.Container), (plan.Redis, plan.Queue, plan.Registry));
        }
    }

    [Fact]
    public void Decide_OnlyRedisExternalWithoutRuntime_QueuesLiveInThatRedis()
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Auto, isPublishing: false, NoServer with { Redis = true }, NoRuntime);

        Assert.Equal((Source.External, Source.Embedded, Source.Embedded), (plan.Redis, plan.Queue, plan.Registry));
        Assert.Contains("apart from what has a connection string", plan.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Redis = external Redis, job queues = in Redis, registry = in a folder", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_OnlyRedisExternalWithRuntime_TheRestAreContainers()
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Auto, isPublishing: false, NoServer with { Redis = true }, Docker);

        Assert.Equal((Source.External, Source.Container, Source.Container), (plan.Redis, plan.Queue, plan.Registry));
    }

    [Fact]
    public void Decide_RabbitMqExternalAndEmbedded_KeepsTheBrokerBesideTheEmbeddedStore()
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Embedded, isPublishing: false, NoServer with { RabbitMq = true }, runtime: null);

        Assert.Equal((Source.Embedded, Source.External, Source.Embedded), (plan.Redis, plan.Queue, plan.Registry));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_AllExternal_RunsNothing(bool isPublishing)
    {
        var plan = InfrastructurePlan.Decide(InfrastructureMode.Containers, isPublishing, AllServers, runtime: null);

        Assert.Equal((Source.External, Source.External, Source.External), (plan.Redis, plan.Queue, plan.Registry));
    }

    [Fact]
    public void NeedsToKnowRuntime_OnlyWhereAContainerMayRunHere()
    {
        Assert.True(InfrastructurePlan.NeedsToKnowRuntime(InfrastructureMode.Auto, isPublishing: false, NoServer));
        Assert.True(InfrastructurePlan.NeedsToKnowRuntime(InfrastructureMode.Containers, isPublishing: false, NoServer with { Minio = true }));
        Assert.False(InfrastructurePlan.NeedsToKnowRuntime(InfrastructureMode.Embedded, isPublishing: false, NoServer));
        Assert.False(InfrastructurePlan.NeedsToKnowRuntime(InfrastructureMode.Auto, isPublishing: true, NoServer));
        Assert.False(InfrastructurePlan.NeedsToKnowRuntime(InfrastructureMode.Auto, isPublishing: false, AllServers));
    }
}
