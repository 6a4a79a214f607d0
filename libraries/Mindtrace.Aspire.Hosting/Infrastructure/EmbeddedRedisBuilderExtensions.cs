using Microsoft.Extensions.DependencyInjection;

namespace Mindtrace.Hosting.Infrastructure;

internal static class EmbeddedRedisBuilderExtensions
{
    private const string EndpointName = "tcp";

    /// <summary>Adds Garnet in a process of its own, with a generated password, healthy once it answers a PING.</summary>
    public static Server AddEmbeddedRedis(this IDistributedApplicationBuilder builder, ServerNames names, DataDirectory data)
    {
        var password = builder.AddParameter(
            $"{names.Redis}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);

        var process = builder.AddProgram(new ProjectResource(names.EmbeddedRedis), ClusterProgram.EmbeddedRedis)
            .WithEndpoint(scheme: "tcp", name: EndpointName, env: "EmbeddedRedis__Port")
            .WithEnvironment("EmbeddedRedis__Directory", data.For(names.Redis))
            .WithEnvironment("EmbeddedRedis__Password", password);
        var connection = builder.AddConnectionString(names.Redis, ReferenceExpression.Create(
            $"{process.GetEndpoint(EndpointName).Property(EndpointProperty.HostAndPort)},password={password}"));

        var connectionString = "";
        builder.Eventing.Subscribe<ConnectionStringAvailableEvent>(connection.Resource, async (_, cancellationToken) =>
            connectionString = await connection.Resource.ConnectionStringExpression.GetValueAsync(cancellationToken) ?? "");
        builder.Services.AddHealthChecks().AddRedis(_ => connectionString, name: names.EmbeddedRedis);
        return new Server(connection, process.WithHealthCheck(names.EmbeddedRedis));
    }
}
