using System.CommandLine.Completions;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Completion;

/// <summary>Names that the shell completes by asking the cluster. A cluster that cannot be asked at once completes nothing.</summary>
internal sealed class ClusterNames(CommandRunner runner)
{
    private const int MostJobs = 50;

    // Somebody waits at a prompt.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public IEnumerable<CompletionItem> Jobs(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) =>
            (await cluster.ListJobsAsync(new ListJobsRequest { Limit = MostJobs }, cancellationToken)).Jobs.Select(job => job.JobId.Value));

    public IEnumerable<CompletionItem> DeadLetters(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) =>
            (await cluster.ListDeadLettersAsync(new DeadLettersRequest { Limit = MostJobs }, cancellationToken)).Jobs.Select(job => job.JobId.Value));

    public IEnumerable<CompletionItem> JobTypes(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) => (await cluster.ListJobTypesAsync(cancellationToken)).Select(type => type.JobType.Value));

    public IEnumerable<CompletionItem> Workers(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) => (await cluster.ListWorkersAsync(cancellationToken)).Select(worker => worker.WorkerId));

    public IEnumerable<CompletionItem> WorkerTypes(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) => (await cluster.ListWorkerTypesAsync(cancellationToken)).Select(type => type.WorkerType.Value));

    public IEnumerable<CompletionItem> Nodes(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) => (await cluster.ListNodesAsync(cancellationToken)).Select(node => node.NodeUrl.AbsoluteUri));

    public IEnumerable<CompletionItem> Keys(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) => (await cluster.ListKeysAsync(cancellationToken)).Select(key => key.Name.Value));

    public IEnumerable<CompletionItem> Apps(CompletionContext context) =>
        Ask(context, async (cluster, cancellationToken) => (await cluster.ListAppsAsync(cancellationToken)).Select(app => app.Name.Value));

    private IEnumerable<CompletionItem> Ask(CompletionContext context, Func<ClusterClient, CancellationToken, Task<IEnumerable<string>>> names)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            // Completions are asked for by a method that cannot wait otherwise, in a process that does nothing else.
            var found = runner.WithClusterAsync(context.ParseResult, (cluster, _) => names(cluster, limit.Token)).GetAwaiter().GetResult();
            return [.. found.Select(name => new CompletionItem(name))];
        }
        catch (Exception fault) when (fault is UsageException or ServiceUnreachableException or OperationException or OperationCanceledException)
        {
            return [];
        }
    }
}
