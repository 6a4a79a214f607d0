using Mindtrace.Environments;

namespace Mindtrace.Node.Programs;

/// <summary>Registers what gets the programs of workers.</summary>
internal static class ProgramsExtensions
{
    public static void AddPrograms(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ProgramOptions>().BindConfiguration(ProgramOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ProgramCache>();
        services.AddSingleton<ProgramCatalog>();
        services.AddSingleton<PackagePrograms>();
        services.AddSingleton<GitClient>();
        services.AddSingleton<ProjectBuild>();
        services.AddSingleton<GitPrograms>();
        services.AddSingleton<WorkerCommand>();
    }
}
