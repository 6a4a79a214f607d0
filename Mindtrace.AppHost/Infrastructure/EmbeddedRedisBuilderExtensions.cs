using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.AppHost.Infrastructure;

internal static class EmbeddedRedisBuilderExtensions
{
    private const string ResourceName = "embedded-redis";
    private const string EndpointName = "tcp";

    /// <summary>Adds Garnet in a process of its own, with a generated password, healthy once it answers a PING.</summary>
    public static Server AddEmbeddedRedis(this IDistributedApplicationBuilder builder, DataDirectory data)
    {
        var password = builder.AddParameter(
            $"{ServerNames.Redis}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);

        var process = builder.AddProject<Projects.Mindtrace_EmbeddedRedis>(ResourceName, project => project.ExcludeLaunchProfile = true)
            .WithEndpoint(scheme: "tcp", name: EndpointName, env: "EmbeddedRedis__Port")
            .WithEnvironment("EmbeddedRedis__Directory", data.For("redis"))
            .WithEnvironment("EmbeddedRedis__Password", password);
        var connection = builder.AddConnectionString(ServerNames.Redis, ReferenceExpression.Create(
            $"{process.GetEndpoint(EndpointName).Property(EndpointProperty.HostAndPort)},password={password}"));

        var connectionString = "";
        builder.Eventing.Subscribe<ConnectionStringAvailableEvent>(connection.Resource, async (_, cancellationToken) =>
            connectionString = await connection.Resource.ConnectionStringExpression.GetValueAsync(cancellationToken) ?? "");
        builder.Services.AddHealthChecks().AddRedis(_ => connectionString, name: ResourceName);
        return new Server(connection, process.WithHealthCheck(ResourceName));
    }
}
