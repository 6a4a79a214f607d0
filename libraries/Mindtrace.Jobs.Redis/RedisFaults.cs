using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Runs commands, and maps the fault of a server that is away.</summary>
internal static class RedisFaults
{
    /// <summary>Runs a command, or several.</summary>
    /// <param name="database">The database.</param>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Ends the wait; the command may run all the same.</param>
    /// <returns>What the command returned.</returns>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached or did not answer in time; the command may have run.</exception>
    public static async Task<T> MapAsync<T>(IDatabase database, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        try
        {
            return await command(database).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (RedisOutage.Caused(fault))
        {
            throw RedisOutage.Of(database.Multiplexer, fault);
        }
    }
}
