namespace Mindtrace.Services;

/// <summary>What to start, and how, with <see cref="ServiceProcess.LaunchAsync"/>.</summary>
public sealed class ServiceLaunch
{
    /// <summary>Gets or sets the program.</summary>
    /// <value>The path of an executable, or of an assembly (<c>.dll</c>) that <c>dotnet</c> runs. See <see cref="ServiceProgram"/>.</value>
    public required string Program { get; set; }

    /// <summary>Gets or sets where the service is to listen.</summary>
    /// <value>An absolute URL with a port. The default is a free port of the loopback address.</value>
    public Uri Url
    {
        get => field ??= new($"http://127.0.0.1:{LoopbackPort.FindFree()}");
        set;
    }

    /// <summary>Gets or sets the key that the service asks for and the client sends.</summary>
    /// <value>By default none is set; a service then needs one in its <see cref="Settings"/> or environment.</value>
    public string? ApiKey { get; set; }

    /// <summary>Gets settings of the service by their configuration keys, such as <c>ConnectionStrings:redis</c>.</summary>
    /// <value>They go by environment variables, over those of this process. A value of null takes a variable away.</value>
    public IDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets or sets what the launch waits for.</summary>
    /// <value>The default is <see cref="ServiceReadiness.Available"/>.</value>
    public ServiceReadiness ReadyWhen { get; set; }

    /// <summary>Gets or sets how long the service may take to be ready; then it is killed.</summary>
    /// <value>The default is 60 seconds.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long the service may take to stop when it is asked to; then it is killed.</summary>
    /// <value>The default is 45 seconds, more than a worker's drain.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Gets or sets what to do with each line that the service writes.</summary>
    /// <value>By default only the last lines are kept, for error messages. Calls come one at a time, from other threads.</value>
    public Action<string>? Output { get; set; }

    /// <summary>Gets or sets the clock of all waits.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}

/// <summary>When a launched service is ready.</summary>
public enum ServiceReadiness
{
    /// <summary>Its operation <c>status</c> says <see cref="ServerStatus.Available"/>.</summary>
    Available,

    /// <summary>Its <c>/health</c> says that all it needs is there as well; a worker, for instance, is registered by then.</summary>
    Healthy,

    /// <summary>It accepts connections. For servers that have no operations, such as the embedded Redis; they are stopped by a kill.</summary>
    Listening,
}
