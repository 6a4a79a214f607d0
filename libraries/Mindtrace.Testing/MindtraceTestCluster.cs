using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Testing;

/// <summary>A cluster inside a test: jobs, retries, limits and dead letters by the rules of a real one, without processes, servers or waiting.</summary>
/// <remarks>
/// <para>
/// Give <see cref="Client"/> to the code under test, as <c>services.AddSingleton(cluster.Client)</c>: it is the class that applications
/// inject. By default a job that is due runs before the call that queued it returns; see <see cref="JobExecution"/>.
/// </para>
/// <para>
/// The clock stands still until the test moves it: retries, <see cref="Job.NotBefore"/> and timeouts wait for <see cref="AdvanceAsync"/> or
/// <see cref="RunToEndAsync"/>. There are no nodes, no gateway, no schedules and no keys; an operation that is not there throws
/// <see cref="NotSupportedException"/>. Payloads are not checked by the schemas of job types, only by the workers that read them.
/// </para>
/// </remarks>
public sealed class MindtraceTestCluster : IAsyncDisposable
{
    internal static readonly Uri Address = new("http://mindtrace.test/");

    private readonly ServiceProvider _services;
    private readonly HttpClient _http;
    private readonly JobRunner _runner;
    private readonly InMemoryJobStore _store;

    private MindtraceTestCluster(TestClusterBuilder builder)
    {
        _services = builder.BuildServices();
        Time = _services.GetRequiredService<FakeTimeProvider>();
        _store = _services.GetRequiredService<InMemoryJobStore>();
        _runner = _services.GetRequiredService<JobRunner>();
        _http = new HttpClient(new TestManager(_store, _runner, builder.Execution)) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new ClusterClient(new ServiceClient(_http, Address));
        Jobs = new SubmittedJobs(_store);
    }

    /// <summary>Gets the client of this cluster.</summary>
    public ClusterClient Client { get; }

    /// <summary>Gets the clock of store and workers. It begins at midnight of 2000-01-01 UTC and stands still.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>Gets the jobs that were submitted, and what can be asserted of them.</summary>
    public SubmittedJobs Jobs { get; }

    /// <summary>Makes a cluster.</summary>
    /// <param name="configure">Adds its workers. The default is none: jobs of every type are accepted, and wait.</param>
    /// <returns>The cluster, to be disposed by the test.</returns>
    public static MindtraceTestCluster Create(Action<TestClusterBuilder>? configure = null)
    {
        var builder = new TestClusterBuilder();
        configure?.Invoke(builder);
        return new MindtraceTestCluster(builder);
    }

    /// <summary>Runs what is due, one job after the other, and what that queues in turn. Jobs without a worker wait on.</summary>
    /// <param name="cancellationToken">Gives the running job back, and ends.</param>
    /// <returns>How many attempts were made.</returns>
    public Task<int> RunAsync(CancellationToken cancellationToken = default) => _runner.RunDueAsync(cancellationToken);

    /// <summary>Moves the clock, then runs what is due.</summary>
    /// <param name="by">How far, zero or more.</param>
    /// <param name="cancellationToken">Gives the running job back, and ends.</param>
    /// <returns>How many attempts were made.</returns>
    public Task<int> AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        Time.Advance(by);
        return RunAsync(cancellationToken);
    }

    /// <summary>Runs everything, retries and jobs of later times included: the clock is moved to whatever is due next, until nothing is.</summary>
    /// <param name="cancellationToken">Gives the running job back, and ends.</param>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> RunToEndAsync(CancellationToken cancellationToken = default)
    {
        var attempts = await RunAsync(cancellationToken).ConfigureAwait(false);
        while (await _store.UntilNextDueAsync(cancellationToken).ConfigureAwait(false) is { } wait)
        {
            attempts += await AdvanceAsync(wait, cancellationToken).ConfigureAwait(false);
        }

        return attempts;
    }

    /// <summary>Reads what a job has printed.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lines, the first of them first; none when there is no such job.</returns>
    public async Task<IReadOnlyList<JobLogLine>> ReadLogAsync(JobId id, CancellationToken cancellationToken = default)
    {
        var log = await _store.ReadAsync(id, from: 1, cancellationToken).ConfigureAwait(false);
        return [.. (log?.Latest ?? []).SelectMany(part => JobLogText.Read(part.Text, part.Lines.First))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync().ConfigureAwait(false);
    }
}
