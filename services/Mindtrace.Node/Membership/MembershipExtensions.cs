using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Node.Membership;

/// <summary>Registers what makes this process a member of a cluster.</summary>
internal static class MembershipExtensions
{
    public static void AddMembership(this IHostApplicationBuilder builder)
    {
        builder.Services.AddMindtraceCluster();
        builder.Services.AddManagersSide();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IApiKeyDirectory, ManagerApiKeys>();
        builder.Services.AddSingleton<ClusterMembership>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ClusterMembership>());
        builder.Services.AddHealthChecks().AddCheck<ClusterMembership>("membership");
    }
}
