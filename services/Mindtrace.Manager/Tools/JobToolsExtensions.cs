using Mindtrace.Services;

namespace Mindtrace.Manager.Tools;

/// <summary>Registers the tools by which language models run jobs.</summary>
internal static class JobToolsExtensions
{
    public static void AddJobTools(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<JobToolOptions>().BindConfiguration(JobToolOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IToolSource, JobTypeTools>();
    }
}
