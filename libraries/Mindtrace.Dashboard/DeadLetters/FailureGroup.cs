using System.Text.RegularExpressions;
using Mindtrace.Cluster;
using Mindtrace.Dashboard.Parts;
using Mindtrace.Jobs;

namespace Mindtrace.Dashboard.DeadLetters;

/// <summary>Dead letters of one job type that failed in the same way.</summary>
/// <param name="JobType">The job type.</param>
/// <param name="Reason">The first line of their errors, with an ellipsis for what differs from job to job.</param>
/// <param name="Jobs">The jobs, those that failed latest first.</param>
internal sealed partial record FailureGroup(JobType JobType, string Reason, IReadOnlyList<JobStatus> Jobs)
{
    private const int MaxReason = 200;

    /// <summary>Groups dead letters, the largest group first.</summary>
    public static IReadOnlyList<FailureGroup> Of(IEnumerable<JobStatus> letters) =>
    [
        .. letters.GroupBy(letter => (letter.Job.SchemaName, Reason: ReasonOf(letter.Job.Error)))
            .Select(group => new FailureGroup(group.Key.SchemaName, group.Key.Reason, [.. group]))
            .OrderByDescending(group => group.Jobs.Count).ThenBy(group => group.Reason, StringComparer.Ordinal),
    ];

    /// <summary>Takes out of an error what tells jobs apart, not failures: ids and numbers.</summary>
    public static string ReasonOf(string? error)
    {
        var line = Formats.FirstLine(error);
        var reason = Particulars().Replace(line[..Math.Min(line.Length, MaxReason)], "…");
        return reason.Length > 0 ? reason : "no reason was given";
    }

    [GeneratedRegex(@"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\b[0-9a-fA-F]{16,}\b|\d+([.,:]\d+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Particulars();
}
