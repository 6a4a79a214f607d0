namespace Mindtrace.Environments.Scripts;

/// <summary>Lets several streams write at once to an output that takes one line after the other.</summary>
internal sealed class OrderedScriptOutput(IScriptOutput output) : IScriptOutput, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public async ValueTask WriteLineAsync(ScriptStream stream, string line, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await output.WriteLineAsync(stream, line, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
