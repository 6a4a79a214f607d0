using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>The lines that jobs print, as log records. docs/telemetry.md lists their category and attributes.</summary>
internal sealed class JobOutputLog(ILogger logger)
{
    public const string Category = "Mindtrace.Jobs.Output";

    public void Write(JobId jobId, int attempt, JobLogStream stream, string line)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            // No generated method: that names what its text does not show like a parameter, jobId, and not JobId as everywhere else.
            KeyValuePair<string, object?>[] attributes =
            [
                new("JobId", jobId), new("Attempt", attempt), new("Stream", stream.ToString().ToLowerInvariant()), new("Line", line),
                new("{OriginalFormat}", "{Line}"),
            ];
            logger.Log(LogLevel.Information, default, attributes, exception: null, (_, _) => line);
        }
    }
}
