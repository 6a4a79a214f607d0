using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Testing;

/// <summary>The jobs that were submitted to a test cluster, in the order of their acceptance, as they stand now.</summary>
/// <remarks>What is asserted and does not hold throws <see cref="JobAssertionException"/>, which every test framework takes for a failure.</remarks>
#pragma warning disable CA1710 // It is read as what was submitted: cluster.Jobs.ShouldContain(…).
public sealed class SubmittedJobs : IReadOnlyCollection<JobRecord>
#pragma warning restore CA1710
{
    private const int ListedPayloadLength = 200;

    private readonly InMemoryJobStore _store;

    internal SubmittedJobs(InMemoryJobStore store) => _store = store;

    /// <inheritdoc/>
    public int Count => _store.Snapshot().Count;

    /// <summary>Asserts that a job of a type was submitted.</summary>
    /// <typeparam name="TInput">The input of the job type.</typeparam>
    /// <typeparam name="TOutput">The output of the job type.</typeparam>
    /// <param name="schema">The job type.</param>
    /// <param name="matches">What its input has to be like. The default is anything.</param>
    /// <returns>The first of these jobs.</returns>
    /// <exception cref="JobAssertionException">There is none; the message lists what there is.</exception>
    public JobRecord ShouldContain<TInput, TOutput>(JobSchema<TInput, TOutput> schema, Func<TInput, bool>? matches = null) =>
        Find(schema, matches).FirstOrDefault() ?? throw Fault($"a job of type '{schema?.Type}'{Like(matches)} was to be submitted, and none was");

    /// <summary>Asserts that just one job of a type was submitted.</summary>
    /// <inheritdoc cref="ShouldContain{TInput, TOutput}" path="/typeparam"/>
    /// <inheritdoc cref="ShouldContain{TInput, TOutput}" path="/param"/>
    /// <returns>The job.</returns>
    /// <exception cref="JobAssertionException">There are none or several; the message lists what there is.</exception>
    public JobRecord ShouldContainSingle<TInput, TOutput>(JobSchema<TInput, TOutput> schema, Func<TInput, bool>? matches = null) =>
        Find(schema, matches).ToList() is var found && found is [var single]
            ? single
            : throw Fault($"one job of type '{schema?.Type}'{Like(matches)} was to be submitted, and there are {found.Count.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Asserts that no job of a type was submitted.</summary>
    /// <inheritdoc cref="ShouldContain{TInput, TOutput}" path="/typeparam"/>
    /// <inheritdoc cref="ShouldContain{TInput, TOutput}" path="/param"/>
    /// <exception cref="JobAssertionException">There is one; the message lists what there is.</exception>
    public void ShouldNotContain<TInput, TOutput>(JobSchema<TInput, TOutput> schema, Func<TInput, bool>? matches = null)
    {
        if (Find(schema, matches).Any())
        {
            throw Fault($"no job of type '{schema.Type}'{Like(matches)} was to be submitted, and one was");
        }
    }

    /// <summary>Asserts that nothing was submitted.</summary>
    /// <exception cref="JobAssertionException">There are jobs; the message lists them.</exception>
    public void ShouldBeEmpty()
    {
        if (Count > 0)
        {
            throw Fault("no job was to be submitted");
        }
    }

    /// <inheritdoc/>
    public IEnumerator<JobRecord> GetEnumerator() => _store.Snapshot().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<JobRecord> Find<TInput, TOutput>(JobSchema<TInput, TOutput> schema, Func<TInput, bool>? matches)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return this.Where(record => record.Job.SchemaName == schema.Type
            && (matches is null || (record.Job.Payload.Deserialize<TInput>(schema.SerializerOptions) is { } input && matches(input))));
    }

    private static string Like(Delegate? matches) => matches is null ? "" : " with the given input";

    private JobAssertionException Fault(string what)
    {
        var message = new StringBuilder(what).Append(". ").Append(Count == 0 ? "No job was submitted at all." : "The jobs of the test cluster:");
        message[0] = char.ToUpperInvariant(message[0]);
        foreach (var record in this)
        {
            var payload = record.Job.Payload.GetRawText();
            message.AppendLine().Append(CultureInfo.InvariantCulture, $"  {record.Job.SchemaName} {record.State} ")
                .Append(payload.Length <= ListedPayloadLength ? payload : payload[..ListedPayloadLength] + "…");
        }

        return new JobAssertionException(message.ToString());
    }
}

/// <summary>The jobs of a test cluster are not what a test asserts.</summary>
/// <param name="message">What was asserted, and what there is.</param>
public sealed class JobAssertionException(string message) : Exception(message);
