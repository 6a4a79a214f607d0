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

    /// <summary>Reads <c>{feature}/Scripts/{file}.lua</c> of this project, several files as one script in the order given.</summary>
    /// <param name="feature">The feature's folder, such as <c>Queues</c>.</param>
    /// <param name="files">The names of the files, without their ending: what is shared first.</param>
    /// <returns>The script, to be kept for the life of the process.</returns>
    public static RedisScript Load(string feature, params string[] files) =>
        new(string.Join('\n', files.Select(file => ReadText(feature, file))));

    /// <summary>Runs the script.</summary>
    /// <param name="database">The database.</param>
    /// <param name="keys">Every key that the script touches, <c>KEYS</c>.</param>
    /// <param name="values">The other arguments, <c>ARGV</c>.</param>
    /// <param name="cancellationToken">Ends the wait; the script may run all the same.</param>
    /// <returns>What the script returned.</returns>
    /// <exception cref="JobBackendUnavailableException">The server is away or did not answer in time; the script may have run.</exception>
    /// <exception cref="RedisServerException">The script is faulty.</exception>
    public Task<RedisResult> EvaluateAsync(IDatabase database, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(database, it => it.ScriptEvaluateAsync(_text, keys, values), cancellationToken);

    private static string ReadText(string feature, string name)
    {
        var resource = $"{typeof(RedisScript).Namespace}.{feature}.Scripts.{name}.lua";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The script '{resource}' is not part of this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
