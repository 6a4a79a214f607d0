using System.Globalization;

namespace Mindtrace.Jobs.Redis;

/// <summary>What limits a job sets, as accept.lua reads them.</summary>
internal static class LimitText
{
    /// <returns>The limits in their order; empty for a job that sets none, as most do.</returns>
    public static string Of(Job job)
    {
        if (job is { WaitTimeout: null, Timeout: null, JobTimeout: null, HeartbeatTimeout: null, MaxDeaths: null })
        {
            return "";
        }

        string?[] limits = [Text(job.WaitTimeout), Text(job.Timeout), Text(job.JobTimeout), Text(job.HeartbeatTimeout), Text(job.MaxDeaths)];
        return string.Join(' ', limits.Select(limit => limit ?? "-"));
    }

    private static string? Text(TimeSpan? span) => Text(span?.ToMicroseconds());

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
