using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>A Lua script that ships inside this assembly. The server runs it as one step.</summary>
/// <remarks>
/// A call carries the script's hash. A server that does not know the script (new, restarted, flushed, failed over) is given the text
/// within the same call, by StackExchange.Redis; given the text every time, that would hash it every time.
/// Redis runs Lua 5.1, Garnet 5.4, where a quotient is a float whose text ends in <c>.0</c>: numbers that become arguments go
/// through <c>string.format</c>.
/// </remarks>
internal sealed class RedisScript
{
    private readonly string _text;
    private readonly byte[] _hash;

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The name by which Redis knows a script.")]
    private RedisScript(string text) => (_text, _hash) = (text, SHA1.HashData(Encoding.UTF8.GetBytes(text)));

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
        RedisOutage.MapAsync(database, it => EvaluateAsync(it, keys, values), cancellationToken);

    private async Task<RedisResult> EvaluateAsync(IDatabase database, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(_hash, keys, values).ConfigureAwait(false);
        }
        catch (RedisServerException answer) when (answer.Kind == RedisErrorKind.NoScript)
        {
            return await database.ScriptEvaluateAsync(_text, keys, values).ConfigureAwait(false);
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
