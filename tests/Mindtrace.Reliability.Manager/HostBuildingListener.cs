using System.Diagnostics;

namespace Mindtrace.Reliability.Manager;

/// <summary>Adds services to the next host that is built in this process, after all that the program itself adds.</summary>
/// <remarks>Source: the event <c>HostBuilding</c> of <c>Microsoft.Extensions.Hosting</c>, which tools for tests and migrations build on, too.</remarks>
internal sealed class HostBuildingListener(Action<IServiceCollection> configure) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: "HostBuilding", Value: IHostBuilder host })
        {
            host.ConfigureServices(configure);
        }
    }

    public void OnCompleted()
    {
        // Nothing is held.
    }

    public void OnError(Exception error)
    {
        // The listeners never call it.
    }
}
