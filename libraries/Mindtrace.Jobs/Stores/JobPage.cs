namespace Mindtrace.Jobs;

/// <summary>Some jobs of a list that is ordered by time, the latest first, and for equal times by id, the greatest first.</summary>
/// <remarks>A queued job's time is when it is due, that of any other when it was accepted.</remarks>
/// <param name="Records">The jobs.</param>
/// <param name="Next">Where the next page begins; none when this was the last.</param>
public sealed record JobPage(IReadOnlyList<JobRecord> Records, JobCursor? Next)
{
    /// <summary>Tells a job's place in the list.</summary>
    /// <param name="record">The job.</param>
    /// <returns>Its time and id.</returns>
    public static (DateTimeOffset At, JobId Id) EntryOf(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (record.State == JobState.Queued ? record.DueAt : record.AcceptedAt, record.Job.Id);
    }

    /// <summary>Cuts a page out of entries.</summary>
    /// <param name="entries">At least all that belong on the page, and one more if there is one; in any order.</param>
    /// <param name="filter">Where the page begins, and how many it holds.</param>
    /// <returns>The ids of the page, in order, and where the next page begins.</returns>
    public static (IReadOnlyList<JobId> Ids, JobCursor? Next) Cut(IEnumerable<(DateTimeOffset At, JobId Id)> entries, JobFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var rest = entries.Distinct()
            .Where(entry => filter.After?.IsBefore(entry.At, entry.Id) != false)
            .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id.Value, StringComparer.Ordinal)
            .Take(filter.Limit + 1).ToList();
        var page = rest.Take(filter.Limit).ToList();
        if (rest.Count <= filter.Limit)
        {
            return ([.. page.Select(entry => entry.Id)], null);
        }

        var (at, id) = page[^1];
        var before = filter.After?.At == at ? filter.After.Value.Passed : 0;
        return ([.. page.Select(entry => entry.Id)], new JobCursor(at, id, before + page.Count(entry => entry.At == at)));
    }
}
