using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using Mindtrace.Environments;

namespace Mindtrace.Node.Resources;

/// <summary>Finds the GPUs of the machine.</summary>
internal sealed partial class Gpus(IOptions<ResourceOptions> options, TimeProvider time, ILogger<Gpus> logger)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Lists the GPUs by the ids that CUDA and container engines know them by.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var list = new ProcessStartInfo(options.Value.NvidiaSmi, ["--query-gpu=uuid", "--format=csv,noheader"]);
            var answer = await ChildProcess.RunAsync(list, AnswerTimeout, time, cancellationToken);
            if (answer.ExitCode == 0)
            {
                return answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }

            LogNone(options.Value.NvidiaSmi, $"exit code {answer.ExitCode}: {answer.Error.Trim()}");
        }
        catch (Win32Exception)
        {
            // The program comes with the driver: no program, no GPUs.
        }
        catch (TimeoutException fault)
        {
            LogNone(options.Value.NvidiaSmi, fault.Message);
        }

        return [];
    }

    [LoggerMessage(LogLevel.Warning, "No GPUs are offered, {Program} failed: {Reason}")]
    private partial void LogNone(string program, string reason);
}
