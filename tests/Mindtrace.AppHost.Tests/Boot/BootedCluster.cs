using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Mindtrace.AppHost.Tests.Telemetry;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.AppHost.Tests.Boot;

/// <summary>The real AppHost, started with some settings, with its telemetry sent to the test.</summary>
internal sealed class BootedCluster : IAsyncDisposable
{
    public const string ApiKey = "the-key-of-the-boot-tests";

    private BootedCluster(DistributedApplication app, OtlpReceiver telemetry) => (App, Telemetry) = (app, telemetry);

    public DistributedApplication App { get; }

    public OtlpReceiver Telemetry { get; }

    /// <summary>Gets where the manager is.</summary>
    public Uri Url => App.GetEndpoint("manager");

    /// <summary>Gets the manager as a client without key sees it.</summary>
    public HttpClient Http => App.CreateHttpClient("manager");

    public ClusterClient Client => new(new ServiceClient(Http, apiKey: ApiKey));

    public static async Task<BootedCluster> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var telemetry = await OtlpReceiver.StartAsync(cancellationToken);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Mindtrace_AppHost>(
            [$"--Parameters:api-key={ApiKey}", .. settings], cancellationToken);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.Url)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "100");
        }

        var app = await builder.BuildAsync(cancellationToken);
        var cluster = new BootedCluster(app, telemetry);
        try
        {
            await app.StartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the quickstart has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int?> QuickstartAsync(CancellationToken cancellationToken)
    {
        var ended = await App.ResourceNotifications.WaitForResourceAsync(
            "quickstart", change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), cancellationToken);
        return ended.Snapshot.ExitCode;
    }

    /// <summary>Runs a command of the dashboard.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> CommandAsync(string resource, string command, CancellationToken cancellationToken)
    {
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken);
        var result = await App.ResourceCommands.ExecuteCommandAsync(resource, command, cancellationToken);
        Assert.True(result.Success, result.Message);
        return result.Message ?? "";
    }

    /// <summary>Finds the process of a resource that runs.</summary>
    public async Task<int> ProcessIdAsync(string resource, CancellationToken cancellationToken)
    {
        var running = await App.ResourceNotifications.WaitForResourceAsync(
            resource, change => ProcessId(change) is not null, cancellationToken);
        return ProcessId(running)!.Value;

        static int? ProcessId(ResourceEvent change) =>
            change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Telemetry.DisposeAsync();
    }
}
