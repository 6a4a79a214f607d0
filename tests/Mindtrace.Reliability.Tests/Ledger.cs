using System.Globalization;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;

namespace Mindtrace.Reliability.Tests;

/// <summary>What the workers say that they did: the other side of the books, beside what the cluster says.</summary>
internal sealed class Ledger(DirectoryInfo directory)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    public string Path => directory.FullName;

    /// <summary>Gets which processes have opened the ledger so far.</summary>
    public IReadOnlyList<string> Processes => [.. directory.EnumerateFiles("*.txt").Select(file => file.Name).Order(StringComparer.Ordinal)];

    /// <summary>Waits until workers have run so many jobs.</summary>
    public Task WhenExecutedAsync(int count) => WhenAsync(() => Count(LedgerWriter.Executed).Values.Sum() >= count);

    /// <summary>Waits until a job is noted so often with a word.</summary>
    public Task WhenNotedAsync(string what, JobId job, int count) => WhenAsync(() => Count(what).GetValueOrDefault(job.Value) >= count);

    /// <summary>Waits until the death that a job asks for has happened: the last steps come after the job's end.</summary>
    public Task WhenDiedAsync(JobId job) => WhenAsync(() => DeathBy(job) is not null);

    /// <summary>Tells how often each job is noted with a word.</summary>
    public IReadOnlyDictionary<string, int> Count(string what) => directory.EnumerateFiles("*.txt")
        .SelectMany(ReadLines)
        .Select(line => line.Split(' '))
        .Where(words => words.Length == 2 && words[0] == what)
        .GroupBy(words => words[1])
        .ToDictionary(job => job.Key, job => job.Count());

    /// <summary>Tells after which step a worker died of a job; none when none did.</summary>
    public JobStep? DeathBy(JobId job) => directory.EnumerateFiles(string.Join('.', LedgerWriter.Death, job.Value, "*"))
        .Select(note => (JobStep?)Enum.Parse<JobStep>(note.Extension.TrimStart('.'), ignoreCase: false))
        .SingleOrDefault();

    /// <summary>Holds both sides of the books against each other.</summary>
    /// <param name="accepted">The jobs that the cluster took.</param>
    /// <param name="known">What the cluster says of them now.</param>
    public Verdict Judge(IReadOnlyCollection<JobId> accepted, IReadOnlyDictionary<JobId, JobState> known) =>
        Verdict.Of(accepted, known, Count(LedgerWriter.Executed), Count(LedgerWriter.Recorded));

    private static async Task WhenAsync(Func<bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (!condition())
        {
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static IEnumerable<string> ReadLines(FileInfo file)
    {
        // The last line may be half written.
        using var reader = new StreamReader(new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>What has become of jobs.</summary>
/// <param name="Lost">Accepted, and unknown to the cluster.</param>
/// <param name="Stuck">Not at an end.</param>
/// <param name="Unsuccessful">At another end than completion.</param>
/// <param name="Invented">Completed, and never run.</param>
/// <param name="RecordedTwice">More than one attempt had its outcome taken.</param>
/// <param name="ExtraExecutions">How many times jobs were run beyond the first.</param>
internal sealed record Verdict(
    IReadOnlyList<JobId> Lost, IReadOnlyList<JobId> Stuck, IReadOnlyList<JobId> Unsuccessful, IReadOnlyList<JobId> Invented,
    IReadOnlyList<string> RecordedTwice, int ExtraExecutions)
{
    public static Verdict Of(
        IReadOnlyCollection<JobId> accepted, IReadOnlyDictionary<JobId, JobState> known,
        IReadOnlyDictionary<string, int> executed, IReadOnlyDictionary<string, int> recorded) => new(
            [.. accepted.Where(job => !known.ContainsKey(job))],
            [.. known.Where(job => !job.Value.IsFinal()).Select(job => job.Key)],
            [.. known.Where(job => job.Value.IsFinal() && job.Value != JobState.Completed).Select(job => job.Key)],
            [.. known.Where(job => job.Value == JobState.Completed && !executed.ContainsKey(job.Key.Value)).Select(job => job.Key)],
            [.. recorded.Where(job => job.Value > 1).Select(job => job.Key)],
            accepted.Sum(job => Math.Max(0, executed.GetValueOrDefault(job.Value) - 1)));

    /// <summary>Asserts that each job was brought to its one end.</summary>
    /// <param name="extraExecutions">How many executions beyond the first the damage done explains.</param>
    public void IsClean(int extraExecutions)
    {
        Assert.Empty(Lost);
        Assert.Empty(Stuck);
        Assert.Empty(Unsuccessful);
        Assert.Empty(Invented);
        Assert.Empty(RecordedTwice);
        Assert.True(ExtraExecutions <= extraExecutions, string.Create(
            CultureInfo.InvariantCulture, $"{ExtraExecutions} executions beyond the first, and the damage done explains {extraExecutions}."));
    }
}
