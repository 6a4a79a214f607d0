using Mindtrace.Cluster;

namespace Mindtrace.Manager.Endpoints;

/// <summary>Registers the running of endpoint jobs.</summary>
internal static class EndpointJobsExtensions
{
    public static void AddEndpointJobs(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<EndpointOptions>().BindConfiguration(EndpointOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddAttempts();
        builder.Services.AddSingleton<EndpointCall>();
        builder.Services.AddSingleton<EndpointJobs>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<EndpointJobs>());
    }
}
