using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>A change of a job, as the scripts tell it.</summary>
/// <param name="Id">The job.</param>
/// <param name="State">Its state now; <see langword="null"/> when it is forgotten.</param>
internal readonly record struct JobEvent(JobId Id, JobState? State)
{
    /// <summary>Reads the changes of one step of the store: a line for each, the job's id and its state.</summary>
    public static IEnumerable<JobEvent> ReadAll(RedisValue message)
    {
        foreach (var line in ((string)message!).Split('\n'))
        {
            var parts = line.Split(' ', 2);
            yield return new JobEvent(JobId.Parse(parts[0]), Enum.TryParse<JobState>(parts[1], ignoreCase: true, out var state) ? state : null);
        }
    }
}
