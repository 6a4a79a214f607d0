namespace Mindtrace.Benchmarks;

/// <summary>How much is measured.</summary>
/// <param name="Source">Where the servers come from.</param>
/// <param name="Rounds">How many rounds each side runs.</param>
/// <param name="Jobs">How many jobs a round of throughput has.</param>
/// <param name="BacklogJobs">How many jobs pile up in a backlog.</param>
/// <param name="Soak">How long jobs run in a soak.</param>
internal sealed record BenchSettings(ServerSource Source, int Rounds, int Jobs, int BacklogJobs, TimeSpan Soak);

/// <summary>What the scenarios of a run share: the servers and, once one asks for them, the two sides, warmed up.</summary>
internal sealed class Bench(BenchSettings settings) : IAsyncDisposable
{
    // By profile, .NET still compiles for half of its time after 10,000 jobs.
    private const int WarmUpSingles = 5_000;
    private const int WarmUpBulk = 30_000;
    private const int WarmUpOneByOne = 1_000;

    private readonly List<IAsyncDisposable> _started = [];
    private readonly List<ProcessUse> _uses = [];
    private Servers? _servers;
    private BareLimit? _limit;
    private ClusterUnderTest? _cluster;

    public BenchSettings Settings { get; } = settings;

    /// <summary>Gets what the servers are; none were needed when this is <see langword="null"/>.</summary>
    public string? ServersDescription => _servers?.Description;

    /// <summary>Gets what the processes used that both sides ran in, as of now.</summary>
    public IReadOnlyList<ProcessUse> Uses => [.. _servers?.ReadUse() ?? [], .. _cluster?.ReadUse() ?? [], .. _uses, ProcessUse.OfThisProcess];

    public async Task<Servers> ServersAsync(CancellationToken cancellationToken) =>
        _servers ??= Keep(await Servers.StartAsync(Settings.Source, cancellationToken));

    public async Task<BareLimit> LimitAsync(CancellationToken cancellationToken)
    {
        if (_limit is null)
        {
            _limit = Keep(await BareLimit.StartAsync(await ServersAsync(cancellationToken), cancellationToken));
            await _limit.ConsumeAsync(cancellationToken);
            await WarmUpAsync(_limit, cancellationToken);
        }

        return _limit;
    }

    public async Task<ClusterUnderTest> ClusterAsync(CancellationToken cancellationToken)
    {
        if (_cluster is null)
        {
            _cluster = Keep(await ClusterUnderTest.StartAsync(await ServersAsync(cancellationToken), new ClusterShape(), cancellationToken));
            await WarmUpAsync(_cluster, cancellationToken);
        }

        return _cluster;
    }

    /// <summary>Runs jobs until connections are open and the hot code is compiled.</summary>
    public static async Task WarmUpAsync(IEchoSystem system, CancellationToken cancellationToken)
    {
        await EchoLoad.RunSinglyAsync(system, WarmUpSingles, cancellationToken);
        await EchoLoad.RunInBulkAsync(system, WarmUpBulk, cancellationToken);
        for (var job = 0; job < WarmUpOneByOne; job++)
        {
            await system.RunAsync(cancellationToken);
        }
    }

    /// <summary>Adds processes to the report that end before it is written.</summary>
    public void Note(IEnumerable<ProcessUse> uses) => _uses.AddRange(uses);

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _started.AsEnumerable().Reverse())
        {
            await started.DisposeAsync();
        }
    }

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }
}
