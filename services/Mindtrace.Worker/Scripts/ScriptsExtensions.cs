using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Environments;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Worker.Scripts;

/// <summary>Registers what runs scripts.</summary>
internal static class ScriptsExtensions
{
    // The variables of the Python worker. Settings of the section go before them.
    private const string TokenVariable = "GIT_FINE_GRAINED_TOKEN";
    private const string TokenOwnersVariable = "GIT_ALLOWED_OWNERS";

    public static void AddScripts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSection<ScriptLimits>(ScriptLimits.SectionName);
        services.AddSection<ScriptPolicy>(ScriptPolicy.SectionName);
        services.AddOptions<GitTokenOptions>().Configure<IConfiguration>((token, configuration) =>
        {
            token.Token = configuration[TokenVariable];
            token.TokenOwnerList = configuration[TokenOwnersVariable] ?? token.TokenOwnerList;
        });
        services.AddSection<GitTokenOptions>(GitTokenOptions.SectionName);
        services.AddSection<ScriptDirectoryOptions>(ScriptDirectoryOptions.SectionName);
        services.AddOptions<ContainerPolicy>().Configure<IOptions<WorkerOptions>>((policy, worker) =>
        {
            foreach (var gpu in worker.Value.Gpus)
            {
                policy.ReservedDevices.Add(gpu);
            }
        });
        services.AddSection<ContainerPolicy>(ContainerPolicy.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IScriptRunner<GitEnvironment>, GitScriptRunner>();
        services.AddSingleton<IScriptRunner<ContainerEnvironment>, ContainerRunner>();
    }

    private static void AddSection<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<TOptions>>().Value);
    }
}
