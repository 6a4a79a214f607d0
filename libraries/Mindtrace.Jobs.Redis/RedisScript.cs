using System.Reflection;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>A Lua script that ships inside this assembly. The server runs it as one step.</summary>
/// <remarks>
/// The text is sent once to each server; afterwards a call carries its hash only. A server that forgot the script (restarted,
/// flushed, failed over) is given the text again within the same call, both by StackExchange.Redis.
/// Redis runs Lua 5.1, Garnet 5.4, where a quotient is a float whose text ends in <c>.0</c>: numbers that become arguments go
/// through <c>string.format</c>.
/// </remarks>
internal sealed class RedisScript
{
    private readonly string _text;

    private RedisScript(string text) => _text = text;

    /// <summary>Reads <c>{feature}/Scripts/{name}.lua</c> of this project.</summary>
    /// <param name="feature">The feature's folder, such as <c>Queues</c>.</param>
    /// <param name="name">The file's name, without its ending.</param>
    /// <param name="prelude">A file in the same folder whose functions the script uses; <see langword="null"/> for none.</param>
    /// <returns>The script, to be kept for the life of the process.</returns>
    public static RedisScript Load(string feature, string name, string? prelude = null) =>
        new(prelude is null ? ReadText(feature, name) : ReadText(feature, prelude) + "\n" + ReadText(feature, name));

    /// <summary>Runs the script.</summary>
    /// <param name="database">The database.</param>
    /// <param name="keys">Every key that the script touches, <c>KEYS</c>.</param>
    /// <param name="values">The other arguments, <c>ARGV</c>.</param>
    /// <param name="cancellationToken">Ends the wait; the script may run all the same.</param>
    /// <returns>What the script returned.</returns>
    /// <exception cref="JobBackendUnavailableException">The server is away or did not answer in time; the script may have run.</exception>
    /// <exception cref="RedisServerException">The script is faulty.</exception>
    public async Task<RedisResult> EvaluateAsync(
        IDatabase database, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ScriptEvaluateAsync(_text, keys, values).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (RedisOutage.Caused(fault))
        {
            throw RedisOutage.Of(database.Multiplexer, fault);
        }
    }

    private static string ReadText(string feature, string name)
    {
        var resource = $"{typeof(RedisScript).Namespace}.{feature}.Scripts.{name}.lua";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The script '{resource}' is not part of this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
