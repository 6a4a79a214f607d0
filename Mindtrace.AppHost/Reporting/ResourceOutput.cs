using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Reads the output of a resource's process, without the time that the orchestrator writes before each line.</summary>
internal sealed partial class ResourceOutput(ResourceLoggerService logs)
{
    /// <summary>Reads all lines written so far, then those to come, until the resource has ended and all is read.</summary>
    /// <param name="resourceId">The instance of the resource.</param>
    /// <param name="ended">Cancelled once the instance has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<string> FollowAsync(
        string resourceId, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, cancellationToken);
        var following = logs.WatchAsync(resourceId).GetAsyncEnumerator(stop.Token);
        await using (following.ConfigureAwait(false))
        {
            while (await MoveNextAsync(following, ended))
            {
                foreach (var line in following.Current.Where(line => line.LineNumber > last))
                {
                    last = line.LineNumber;
                    yield return Text(line);
                }
            }
        }

        // What the process wrote just before its end may not have come through yet.
        await foreach (var lines in logs.GetAllAsync(resourceId).WithCancellation(cancellationToken))
        {
            foreach (var line in lines.Where(line => line.LineNumber > last))
            {
                yield return Text(line);
            }
        }
    }

    /// <summary>Reads the last lines written so far.</summary>
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
