namespace Mindtrace.Manager.Recovery;

/// <summary>Registers the recovery of lost jobs.</summary>
internal static class RecoveryExtensions
{
    public static void AddRecovery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecoveryOptions>().BindConfiguration(RecoveryOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AttemptProbe>();
        builder.Services.AddSingleton<LeaseReaper>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LeaseReaper>());
        builder.Services.AddHostedService<LostHintFinder>();
    }
}
