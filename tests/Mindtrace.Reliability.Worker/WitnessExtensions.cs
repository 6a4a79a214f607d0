using Mindtrace.Jobs;

namespace Mindtrace.Reliability.Worker;

/// <summary>What workers and managers under test have in common.</summary>
public static class WitnessExtensions
{
    /// <summary>Adds the ledger, and what kills this process where a job asks for it.</summary>
    public static void AddLedger(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Ledger").Get<LedgerOptions>()!);
        services.AddSingleton(provider => new LedgerWriter(provider.GetRequiredService<LedgerOptions>().Directory));
        services.AddSingleton<DeathWishes>();
    }

    /// <summary>Puts a witness before the queues that were added so far.</summary>
    public static void AddWitnessedQueue(this IServiceCollection services)
    {
        var queue = services.Last(service => service.ServiceType == typeof(IJobQueue)).ImplementationFactory!;
        services.AddSingleton<IJobQueue>(provider => ActivatorUtilities.CreateInstance<WitnessedJobQueue>(provider, queue(provider)));
    }
}
