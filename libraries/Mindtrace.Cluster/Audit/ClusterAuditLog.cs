using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>The audit log of all services of a cluster that have the job store.</summary>
internal sealed class ClusterAuditLog(RedisAuditLog log, IOptions<AuditOptions> options) : IAuditStore
{
    private const int LinesPerRead = 1000;
    private const int MaxReads = 10;

    private static readonly JsonSerializerOptions Json = ServiceJson.Options;

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => log.AppendAsync(
        JsonSerializer.Serialize(entry, Json), isRefused: entry.Status >= 400, options.Value.MaxEntries, cancellationToken);

    /// <summary>Lists a page, the newest first. When few entries fit the filter it ends before it is full, and says where to go on.</summary>
    public async Task<ListAuditResponse> ListAsync(ListAuditRequest request, CancellationToken cancellationToken)
    {
        long? before = request.Cursor is null ? null
            : long.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) ? cursor
            : throw new InvalidRequestException("cursor", "must be the next_cursor of an earlier page");
        var entries = new List<AuditEntry>();
        for (var reads = 0; reads < MaxReads; reads++)
        {
            var lines = await log.ReadAsync(before, LinesPerRead, cancellationToken).ConfigureAwait(false);
            foreach (var line in lines)
            {
                var entry = JsonSerializer.Deserialize<AuditEntry>(line.Text, Json)!;
                if (Fits(entry, request))
                {
                    entries.Add(entry);
                }

                before = line.Number;
                if (entries.Count == request.Limit)
                {
                    return Page(before);
                }
            }

            if (lines.Count < LinesPerRead)
            {
                return Page(null);
            }
        }

        return Page(before);

        ListAuditResponse Page(long? next) => new(entries, next?.ToString(CultureInfo.InvariantCulture));
    }

    private static bool Fits(AuditEntry entry, ListAuditRequest request) =>
        (request.Key is null || request.Key == entry.Key)
        && (request.Operation is null || request.Operation == entry.Operation)
        && (request.Target is null || request.Target == entry.Target);
}
