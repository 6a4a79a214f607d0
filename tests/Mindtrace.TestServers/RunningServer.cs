namespace Mindtrace.TestServers;

/// <summary>
/// A server that was launched: what runs, how it is reached, and one attempt at its protocol, where false or a network
/// exception means not ready yet.
/// </summary>
internal sealed record RunningServer(
    IServerProcess Process, string ConnectionString, Func<CancellationToken, Task<bool>> Answers);

/// <summary>What a server runs in. Disposing it ends the server and removes its data.</summary>
internal interface IServerProcess : IAsyncDisposable
{
    /// <summary>Ends the process with SIGKILL and returns when it is gone.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Starts it again with the same ports and data, killing it first if it runs.</summary>
    Task RestartAsync(CancellationToken cancellationToken);

    Task<bool> IsRunningAsync(CancellationToken cancellationToken);

    /// <summary>Returns the last lines that it wrote.</summary>
    Task<string> ReadLogAsync(CancellationToken cancellationToken);
}
