namespace Mindtrace.Manager.Dispatching;

/// <summary>Registers the publishing of accepted jobs.</summary>
internal static class DispatchingExtensions
{
    public static void AddDispatching(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DispatchOptions>().BindConfiguration(DispatchOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DispatchRelay>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DispatchRelay>());
    }
}
