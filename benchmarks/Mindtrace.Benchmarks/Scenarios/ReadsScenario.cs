using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Benchmarks;

/// <summary>Looks at jobs while jobs are submitted and run.</summary>
internal sealed class ReadsScenario : IScenario
{
    private const int Reads = 300;
    private const int JobsOfAPage = 100;

    public string Name => "reads";

    public string Description => $"{Reads} looks at a job, and at a page of {JobsOfAPage} jobs, one at a time while jobs run";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var limit = await bench.LimitAsync(cancellationToken);
        var cluster = await bench.ClusterAsync(cancellationToken);
        var known = await limit.SubmitKnownAsync(cancellationToken);
        var job = (await cluster.Client.ListJobsAsync(new ListJobsRequest { JobTypes = [cluster.JobType], Limit = 1 }, cancellationToken)).Jobs[0].JobId;
        return
        [
            .. await MeasureAsync("get_job_status", () => limit.ReadAsync(known), () => cluster.Client.GetJobStatusAsync(job, cancellationToken)),
            .. await MeasureAsync(
                "list_jobs",
                () => Task.WhenAll(Enumerable.Repeat(known, JobsOfAPage).Select(limit.ReadAsync)),
                () => cluster.Client.ListJobsAsync(
                    new ListJobsRequest { JobTypes = [cluster.JobType], Statuses = [JobState.Completed], Limit = JobsOfAPage }, cancellationToken)),
        ];

        async Task<IEnumerable<Measurement>> MeasureAsync(string operation, Func<Task> bareAsync, Func<Task> readAsync) => await Comparison.MeasureAsync(
            Name, [.. Timing.Percentiles.Select(percentile => $"{operation} {percentile}")], bench.Settings.Rounds,
            () => UnderLoadAsync(limit, bareAsync, cancellationToken),
            () => UnderLoadAsync(cluster, readAsync, cancellationToken));
    }

    private static async Task<IReadOnlyList<double>> UnderLoadAsync(IEchoSystem system, Func<Task> readAsync, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = LoadAsync(enough.Token);
        var figures = await Timing.PercentilesOfAsync(Reads, readAsync);
        await enough.CancelAsync();
        await load;
        return figures;

        async Task LoadAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await EchoLoad.RunSinglyAsync(system, EchoLoad.Concurrency, cancellationToken);
            }
        }
    }
}
