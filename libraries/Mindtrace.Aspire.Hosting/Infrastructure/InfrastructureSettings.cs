using Microsoft.Extensions.Configuration;
using Mindtrace.Hosting.Ports;

namespace Mindtrace.Hosting.Infrastructure;

/// <summary>What the section <c>Infrastructure</c> and the connection strings say.</summary>
/// <param name="Mode"><c>Infrastructure:Mode</c>.</param>
/// <param name="External">For which servers there is a connection string.</param>
/// <param name="KeepsData">
/// <c>Infrastructure:Volumes</c>: whether data outlives the run. The default is yes, except in tests, which must neither see nor
/// change what a developer's runs left behind.
/// </param>
/// <param name="DataDirectory"><c>Infrastructure:DataDirectory</c>: where embedded parts keep data; the default is beside the AppHost.</param>
internal sealed record InfrastructureSettings(InfrastructureMode Mode, ExternalServers External, bool KeepsData, string? DataDirectory)
{
    public static InfrastructureSettings Read(IConfiguration configuration, string appHostDirectory, ServerNames names)
    {
        var section = configuration.GetSection("Infrastructure");
        var keepsData = section.GetValue("Volumes", !ServicePorts.AreRandom(configuration));
        var directory = section["DataDirectory"] is { Length: > 0 } configured
            ? Path.GetFullPath(configured, appHostDirectory)
            : keepsData ? Path.Combine(appHostDirectory, ".mindtrace") : null;
        return new(
            ReadMode(section["Mode"]),
            new ExternalServers(Has(names.Redis), Has(names.RabbitMq), Has(names.Minio)),
            keepsData,
            directory);

        bool Has(string server) => !string.IsNullOrWhiteSpace(configuration.GetConnectionString(server));
    }

    private static InfrastructureMode ReadMode(string? value) =>
        string.IsNullOrWhiteSpace(value) ? InfrastructureMode.Auto
        : Enum.GetNames<InfrastructureMode>().FirstOrDefault(name => name.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<InfrastructureMode>(name)
            : throw new DistributedApplicationException(
                $"Infrastructure:Mode is '{value}'. It is one of {string.Join(", ", Enum.GetNames<InfrastructureMode>())}.");
}
