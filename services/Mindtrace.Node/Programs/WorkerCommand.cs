using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Environments;
using Mindtrace.Node.Launching;
using Mindtrace.Node.Membership;
using Mindtrace.Node.Resources;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Node.Programs;

/// <summary>Knows how a worker's program is started.</summary>
internal sealed class WorkerCommand(
    PackagePrograms packages, GitPrograms repositories, IOptions<LaunchOptions> options, IConfiguration configuration)
{
    // An AppHost sets it for what it shows itself. In the log of a worker, colours would be escape codes between the words.
    private const string ColoursInPipes = "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION";

    /// <summary>Makes the command of a worker. It may have to be downloaded or built first, which takes a while.</summary>
    /// <exception cref="ProgramException">There is nothing to launch; the message says why.</exception>
    public async Task<ProcessStartInfo> ForAsync(
        WorkerTypeDefinition definition, Launch launch, ClusterMember member, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(definition);
        try
        {
            // A worker that is started again is the same program, though the branch that it came from may have moved on.
            var program = launch.Program ??= definition switch
            {
                { Package: { } digest } =>
                    await packages.GetAsync(PackageDigest.Parse(digest), definition.Executable, cancellationToken),
                { GitRepoUrl: not null } => await repositories.GetAsync(definition, cancellationToken),
                _ when options.Value.StockWorker is { Length: > 0 } assembly => LaunchableProgram.OfAssembly(assembly),
                _ => LaunchableProgram.StockWorker,
            };
            var start = program.ToStartInfo();
            AddSettings(start, definition, launch, member);
            return start;
        }
        catch (Exception fault) when (fault is RegistryException or WorkerPackageException or GitException)
        {
            throw new ProgramException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException($"The program could not be stored on the node: {fault.Message}", fault);
        }
    }

    /// <summary>Checks what came from the registry, which others than the manager write to.</summary>
    private static void ThrowIfInvalid(WorkerTypeDefinition definition)
    {
        if (definition.Validate(new ValidationContext(definition)).FirstOrDefault() is { } fault)
        {
            var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.MemberNames.First());
            throw new ProgramException($"The worker type cannot be launched: {field} {fault.ErrorMessage}.");
        }
    }

    /// <summary>Adds settings and secrets as environment variables: a command line can be read by anyone.</summary>
    private void AddSettings(ProcessStartInfo start, WorkerTypeDefinition definition, Launch launch, ClusterMember member)
    {
        RemoveOwnKey(start.Environment);
        ProcessMemory.CloseDiagnostics(start.Environment);
        start.Environment.Remove(ColoursInPipes);
        foreach (var (key, value) in member.Settings)
        {
            Set(start, key, value);
        }

        // In place of the one that the keys of all workers are made from.
        Set(start, ClusterMember.KeySetting, member.KeyOf(launch.WorkerId));
        var manager = $"{ClusterClientExtensions.SectionName}:{nameof(ServiceClientOptions.BaseAddress)}";
        Set(start, manager, configuration[manager]);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.Class)}", definition.ClassName);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.NodeUrl)}", member.Url.AbsoluteUri);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.WorkerType)}", launch.Request.WorkerType.Value);
        Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.JobTypes)}:0", launch.Request.AutoConnectJobType?.Value);
        Set(start, $"{ServiceOptions.SectionName}:{nameof(ServiceOptions.Url)}", launch.Url!.AbsoluteUri);
        Set(start, $"{ServiceOptions.SectionName}:{nameof(ServiceOptions.ServerId)}", launch.WorkerId.ToString());
        foreach (var (key, value) in definition.WorkerParams.SelectMany(
            parameter => ParameterSettings.Flatten($"{WorkerParameters.SectionName}:{parameter.Key}", parameter.Value)))
        {
            Set(start, key, value);
        }

        AddGpus(start, launch.Reservation);
        Set(start, "ASPNETCORE_URLS", NodeHosts.ListeningAt(launch.Url));

        // The worker has traces and logs of its own name; everything else about telemetry is as in the node.
        Set(start, "OTEL_SERVICE_NAME", launch.Request.WorkerName ?? launch.Request.WorkerType.Value);
        Set(start, "OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={Guid.NewGuid()}");
    }

    /// <summary>Keeps the node's own key from the worker, which inherits the other variables.</summary>
    private static void RemoveOwnKey(IDictionary<string, string?> environment)
    {
        string[] keys = [$"{SecurityOptions.SectionName}__{nameof(SecurityOptions.ApiKey)}", $"{ClusterClientExtensions.SectionName}__{nameof(ServiceClientOptions.ApiKey)}"];

        // Of any case, and with any of the prefixes that configuration is read from.
        foreach (var name in environment.Keys.Where(name => keys.Any(key => name.EndsWith(key, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            environment.Remove(name);
        }
    }

    /// <summary>Lets a worker see the GPUs that are set aside for it, and no others of the node.</summary>
    private static void AddGpus(ProcessStartInfo start, Reservation reservation)
    {
        if (reservation.NodeHasGpus)
        {
            Set(start, "CUDA_VISIBLE_DEVICES", string.Join(',', reservation.Gpus));
            Set(start, "NVIDIA_VISIBLE_DEVICES", reservation.Gpus.Count == 0 ? "none" : string.Join(',', reservation.Gpus));
        }

        for (var i = 0; i < reservation.Gpus.Count; i++)
        {
            Set(start, $"{WorkerOptions.SectionName}:{nameof(WorkerOptions.Gpus)}:{i}", reservation.Gpus[i]);
        }
    }

    private static void Set(ProcessStartInfo start, string key, string? value)
    {
        if (value is not null)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }
}
