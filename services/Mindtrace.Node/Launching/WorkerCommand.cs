using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Node.Membership;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Knows how a worker's program is started.</summary>
internal sealed class WorkerCommand(IOptions<LaunchOptions> options, IOptions<SecurityOptions> security, IConfiguration configuration)
{
    /// <summary>Makes the command of a built-in class. Settings and secrets go by the environment: a command line can be read by anyone.</summary>
    public ProcessStartInfo For(WorkerTypeDefinition definition, Launch launch, ClusterMember member)
    {
        var start = new ProcessStartInfo("dotnet", [options.Value.StockWorker]);
        foreach (var (key, value) in member.Settings)
        {
            Set(start, key, value);
        }

        var manager = $"{ClusterClientExtensions.SectionName}:{nameof(ServiceClientOptions.BaseAddress)}";
        Set(start, manager, configuration[manager]);
        Set(start, $"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}", security.Value.ApiKey);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.Class)}", definition.ClassName);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.NodeUrl)}", member.Url.AbsoluteUri);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.JobTypes)}:0", launch.Request.AutoConnectJobType?.Value);
        Set(start, $"{ServiceOptions.SectionName}:{nameof(ServiceOptions.Url)}", launch.Url!.AbsoluteUri);
        Set(start, $"{ServiceOptions.SectionName}:{nameof(ServiceOptions.ServerId)}", launch.WorkerId.ToString());
        foreach (var (name, value) in definition.WorkerParams)
        {
            Set(start, $"{WorkerOptions.SectionName}:Parameters:{name}", value.ToString());
        }

        Set(start, "ASPNETCORE_URLS", launch.Url.GetLeftPart(UriPartial.Authority));

        // The worker has traces and logs of its own name; everything else about telemetry is as in the node.
        Set(start, "OTEL_SERVICE_NAME", launch.Request.WorkerName ?? launch.Request.WorkerType.Value);
        Set(start, "OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={Guid.NewGuid()}");
        return start;
    }

    private static void Set(ProcessStartInfo start, string key, string? value)
    {
        if (value is not null)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }
}
