using System.Diagnostics;

namespace Mindtrace.Environments;

/// <summary>Runs a program to its end.</summary>
public static class ChildProcess
{
    /// <summary>How long the output may lag behind the end of the process; a grandchild may hold it open for ever.</summary>
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program without input, and keeps the end of what it writes.</summary>
    /// <param name="start">What to run. Redirections are set here.</param>
    /// <param name="timeout">How long it may run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Kills the process with all its children.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="TimeoutException">It ran too long, and was killed with all its children.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public static async Task<ChildProcessResult> RunAsync(
        ProcessStartInfo start, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();
        var output = new OutputTail(process.StandardOutput);
        var error = new OutputTail(process.StandardError);
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{start.FileName} was killed, since it had run for {timeout}.", e);
        }

        await Task.WhenAll(output.Ended, error.Ended).WaitAsync(OutputTimeout, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new ChildProcessResult(process.ExitCode, output.Text, error.Text);
    }
}

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">The end of what it wrote to standard output, up to 16,000 characters.</param>
/// <param name="Error">The end of what it wrote to standard error, up to 16,000 characters.</param>
public sealed record ChildProcessResult(int ExitCode, string Output, string Error);
