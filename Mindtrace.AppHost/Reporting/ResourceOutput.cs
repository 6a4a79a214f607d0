using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Reads a resource's log, in which the orchestrator's remarks stand before and between the lines that the process wrote.</summary>
internal sealed partial class ResourceOutput(ResourceLoggerService logs)
{
    // How the orchestrator marks what it has to say about a process, first of all that it starts it.
    private const string RemarkMark = "[sys] ";

    /// <summary>Reads what the process writes, until it has ended and all is read.</summary>
    /// <param name="resourceId">The instance of the resource.</param>
    /// <param name="ended">Cancelled once the process has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<string> FollowAsync(
        string resourceId, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (last, isStarted) = (0, false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, cancellationToken);
        await using var following = logs.WatchAsync(resourceId).GetAsyncEnumerator(stop.Token);
        while (await MoveNextAsync(following, ended))
        {
            foreach (var line in following.Current.Where(line => line.LineNumber > last))
            {
                last = line.LineNumber;
                var text = Text(line);
                var isRemark = text.StartsWith(RemarkMark, StringComparison.Ordinal);
                if (isStarted && !isRemark)
                {
                    yield return text;
                }

                isStarted |= isRemark;
            }
        }

        // What the process wrote just before its end may not have come through yet. And where nothing
        // marked its start, remarks among its lines are better than no lines.
        await foreach (var lines in logs.GetAllAsync(resourceId).WithCancellation(cancellationToken))
        {
            foreach (var line in lines.Where(line => !isStarted || line.LineNumber > last))
            {
                if (Text(line) is var text && !text.StartsWith(RemarkMark, StringComparison.Ordinal))
                {
                    yield return text;
                }
            }
        }
    }

    /// <summary>Reads the last lines so far, remarks included: they say why a process did not even start.</summary>
    public async Task<IReadOnlyList<string>> LastAsync(string resourceId, int count, CancellationToken cancellationToken)
    {
        var last = new Queue<string>(count);
        await foreach (var lines in logs.GetAllAsync(resourceId).WithCancellation(cancellationToken))
        {
            foreach (var line in lines)
            {
                if (last.Count == count)
                {
                    last.Dequeue();
                }

                last.Enqueue(Text(line));
            }
        }

        return [.. last];
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<IReadOnlyList<LogLine>> lines, CancellationToken ended)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string Text(LogLine line) => Timestamp().Replace(line.Content, "");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d) ?")]
    private static partial Regex Timestamp();
}
