namespace Mindtrace.Manager.Limits;

/// <summary>Registers what keeps jobs to their limits.</summary>
internal static class LimitsExtensions
{
    public static void AddLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<StuckWorkers>();
        builder.Services.AddSingleton<LimitKeeper>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LimitKeeper>());
    }
}
