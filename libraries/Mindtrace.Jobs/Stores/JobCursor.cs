using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mindtrace.Jobs;

/// <summary>A place in a list of jobs: the last one listed. As text it is opaque to clients.</summary>
/// <param name="At">Its time.</param>
/// <param name="Id">Its id.</param>
/// <param name="Passed">How many jobs of this very time were listed: so many a store reads over.</param>
public readonly record struct JobCursor(DateTimeOffset At, JobId Id, int Passed)
{
    /// <summary>Tells whether a job comes later in the list.</summary>
    /// <param name="at">The job's time.</param>
    /// <param name="id">Its id.</param>
    /// <returns>Whether this place is before it.</returns>
    public bool IsBefore(DateTimeOffset at, JobId id) =>
        at < At || (at == At && string.CompareOrdinal(id.Value, Id.Value) < 0);

    /// <summary>Goes on to the next job of the list.</summary>
    /// <param name="place">The place before it; none at the beginning.</param>
    /// <param name="at">The job's time.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The place of the job.</returns>
    public static JobCursor Next(JobCursor? place, DateTimeOffset at, JobId id) => new(at, id, place?.At == at ? place.Value.Passed + 1 : 1);

    /// <summary>Reads back what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The place.</param>
    /// <returns>Whether the text was one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobCursor cursor)
    {
        cursor = default;
        if (text?.Split('_', 3) is not [var ticks, var passed, var id]
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTime.MaxValue.Ticks
            || !int.TryParse(passed, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !JobId.TryParse(id, out var job))
        {
            return false;
        }

        cursor = new JobCursor(new DateTimeOffset(at, TimeSpan.Zero), job, count);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}_{Passed}_{Id}");
}
