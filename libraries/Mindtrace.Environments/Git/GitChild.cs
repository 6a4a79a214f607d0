using System.Diagnostics;
using System.Text.Json;

namespace Mindtrace.Environments;

/// <summary>A process that fetches and checks out, one request after the other. It is warm from its second request on, and ends with its parent.</summary>
internal sealed class GitChild : IDisposable
{
    private readonly Process _process;

    public GitChild()
    {
        var start = GitProcess.Describe(GitCommand.Serve);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        // Nobody reads what a library may write there, but it must not fill up either.
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Has a request done.</summary>
    /// <exception cref="GitException">The process ended before it answered.</exception>
    /// <exception cref="OperationCanceledException">There was no answer in time. The process is of no more use.</exception>
    public async Task<GitAnswer> AskAsync(GitRequest request, CancellationToken cancellationToken)
    {
        try
        {
            // By its input: arguments and environment could be read by others.
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, GitJson.Default.GitRequest)).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                return JsonSerializer.Deserialize(line, GitJson.Default.GitAnswer)!;
            }
        }
        catch (IOException e)
        {
            throw new GitException("git's process ended before it answered.", e);
        }

        throw new GitException("git's process ended before it answered.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
