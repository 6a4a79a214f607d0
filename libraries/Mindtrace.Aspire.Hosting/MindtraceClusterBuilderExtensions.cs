using Mindtrace.Hosting;
using Mindtrace.Hosting.Commands;
using Mindtrace.Hosting.Infrastructure;
using Mindtrace.Hosting.Ports;
using Mindtrace.Hosting.Publishing;

namespace Aspire.Hosting;

/// <summary>Adds Mindtrace clusters to an application.</summary>
public static class MindtraceClusterBuilderExtensions
{
    /// <summary>
    /// Adds a cluster: its manager, and the servers that it runs on. These are external where there is a connection string, containers
    /// where a container runtime answers and when publishing, and else come with .NET; <c>Infrastructure:Mode</c> decides otherwise.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the manager's resource, and of the connection string of those who submit jobs.</param>
    /// <param name="port">The manager's port on this machine; the setting <c>Ports:{name}</c> goes before it. The default is any free one.</param>
    /// <param name="apiKey">The key of the cluster, 16 characters or more. The default is a generated parameter, kept in the user secrets.</param>
    /// <param name="prefix">
    /// Stands before the names of the servers (<c>redis</c>, <c>rabbitmq</c>, <c>minio</c>), of their connection strings and of the parameters
    /// <c>api-key</c>, <c>node-key</c> and <c>worker-key</c>. The default is the name and a dash.
    /// </param>
    /// <returns>The manager, which is healthy once the cluster takes jobs.</returns>
    /// <exception cref="DistributedApplicationException">A setting is wrong, or containers were asked for and nothing can run them.</exception>
    public static IResourceBuilder<MindtraceClusterResource> AddMindtraceCluster(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null,
        IResourceBuilder<ParameterResource>? apiKey = null, string? prefix = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var names = new ServerNames(prefix ?? $"{name}-");
        apiKey ??= builder.AddKey(names.ApiKey);
        var endpoint = builder.ExecutionContext.IsRunMode ? ServicePorts.EndpointName : ServicePorts.PublicEndpointName;
        var cluster = new MindtraceClusterResource(
            name, endpoint, builder.AddClusterServers(names), apiKey.Resource, builder.AddKey(names.NodeKey).Resource, builder.AddKey(names.WorkerKey).Resource);
        builder.AddPortCheck();
        return builder.AddService(cluster, cluster.ApiKey, ClusterProgram.Manager, port, builder.ReplicasOf(name, otherwise: new(2, 3)))
            .WithEnvironment("Security__NodeKey", cluster.NodeKey)
            .WithEnvironment("Security__WorkerKey", cluster.WorkerKey)
            .WithPublicHttps()
            .WithJobs(cluster.Servers)
            .WithBrokerUsers(cluster.Servers)
            .WithRegistry(cluster.Servers)
            .WithTraceLinks()
            .WithManagerCommands();
    }

    /// <summary>Adds a node, which launches workers on this machine. It knows the manager and gets all else from it, as on a machine of its own.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="port">The node's port on this machine; the setting <c>Ports:{name}</c> goes before it. The default is any free one.</param>
    /// <returns>The node.</returns>
    public static IResourceBuilder<MindtraceNodeResource> AddNode(
        this IResourceBuilder<MindtraceClusterResource> cluster, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.ApplicationBuilder
            .AddService(new MindtraceNodeResource(name, cluster.Resource), cluster.Resource.NodeKey, ClusterProgram.Node, port, ReplicaRange.One)
            .WithManager(cluster).WaitFor(cluster)
            .WithNodeCommands();
    }

    /// <summary>Adds workers of a project, which the application runs itself.</summary>
    /// <typeparam name="TProject">A project whose program is <c>WorkerHost.RunAsync</c>.</typeparam>
    /// <param name="cluster">The cluster.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="jobType">The job type that they consume; <see cref="WithJobType"/> adds others.</param>
    /// <param name="port">Their port on this machine; the setting <c>Ports:{name}</c> goes before it. The default is any free one, and several replicas need it.</param>
    /// <returns>The workers.</returns>
    public static IResourceBuilder<MindtraceWorkerResource> AddWorkerType<TProject>(
        this IResourceBuilder<MindtraceClusterResource> cluster, [ResourceName] string name, string jobType, int? port = null)
        where TProject : IProjectMetadata, new() => cluster.AddWorkers(name, new TProject(), jobType, port);

    /// <summary>Adds workers of a built-in class, which the application runs itself.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="workerClass"><c>EchoWorker</c> or <c>RunScriptWorker</c>.</param>
    /// <param name="jobType">The job type that they consume; <see cref="WithJobType"/> adds others.</param>
    /// <param name="port">Their port on this machine; the setting <c>Ports:{name}</c> goes before it. The default is any free one, and several replicas need it.</param>
    /// <returns>The workers.</returns>
    public static IResourceBuilder<MindtraceWorkerResource> AddWorkerType(
        this IResourceBuilder<MindtraceClusterResource> cluster, [ResourceName] string name, string workerClass, string jobType, int? port = null) =>
        cluster.AddWorkers(name, ClusterProgram.Worker, jobType, port).WithEnvironment("Worker__Class", workerClass);

    /// <summary>Has workers consume one more job type.</summary>
    /// <param name="workers">The workers.</param>
    /// <param name="jobType">The job type.</param>
    /// <returns>The workers.</returns>
    public static IResourceBuilder<MindtraceWorkerResource> WithJobType(this IResourceBuilder<MindtraceWorkerResource> workers, string jobType)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentException.ThrowIfNullOrEmpty(jobType);
        return workers.WithEnvironment($"Worker__JobTypes__{workers.Resource.Add(jobType)}", jobType);
    }

    /// <summary>Tells an application where the cluster is and with which key to call it, as the connection string that <c>AddMindtraceCluster</c> of its host reads.</summary>
    /// <typeparam name="T">The application.</typeparam>
    /// <param name="application">Who submits jobs. It may start before the cluster; <c>WaitFor</c> holds it back.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="connectionName">The name of the connection string. The default is that of the cluster.</param>
    /// <returns>The application.</returns>
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> application, IResourceBuilder<MindtraceClusterResource> cluster, string? connectionName = null)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(cluster);

        // Written out rather than referred to: what deploys a published application looks for no connection string on a project.
        return application.WithReferenceRelationship(cluster)
            .WithEnvironment($"ConnectionStrings__{connectionName ?? cluster.Resource.Name}", cluster.Resource.ConnectionStringExpression);
    }

    private static IResourceBuilder<MindtraceWorkerResource> AddWorkers(
        this IResourceBuilder<MindtraceClusterResource> cluster, string name, IProjectMetadata program, string jobType, int? port)
    {
        ArgumentNullException.ThrowIfNull(cluster);

        // A worker that finds no manager yet asks again, so it starts beside it.
        var builder = cluster.ApplicationBuilder;
        return builder
            .AddService(new MindtraceWorkerResource(name, cluster.Resource), cluster.Resource.WorkerKey, program, port, builder.ReplicasOf(name, ReplicaRange.One))
            .WithManager(cluster).WaitForStart(cluster)
            .WithJobs(cluster.Resource.Servers)
            .WithJobType(jobType)
            .WithWorkerCommands();
    }

    private static IResourceBuilder<ParameterResource> AddKey(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);

    private static ReplicaRange ReplicasOf(this IDistributedApplicationBuilder builder, string name, ReplicaRange otherwise) =>
        ReplicaRange.Read(builder.Configuration, $"Replicas:{name}", otherwise);
}
