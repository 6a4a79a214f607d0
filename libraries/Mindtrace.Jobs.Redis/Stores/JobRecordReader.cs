using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Reads what find.lua answers.</summary>
internal static class JobRecordReader
{
    public static JobRecord? Read(RedisResult answer)
    {
        if (answer.IsNull)
        {
            return null;
        }

        var parts = (RedisResult[])answer!;
        var fields = parts[0].ToDictionary(StringComparer.Ordinal);
        var dispatch = (string?)parts[5];
        var job = StoredJob.Read((byte[])parts[1]!);
        return new JobRecord
        {
            Job = job,
            State = Enum.Parse<JobState>(Text("status"), ignoreCase: true),
            Route = Text("route") is { Length: > 0 } target ? JobRoute.FromTarget(target) : null,
            AcceptedAt = StoreTime.ToTime(Text("accepted")),
            DueAt = StoreTime.ToTime(Text("due")),
            DispatchAt = dispatch is null ? null : StoreTime.ToTime((long)double.Parse(dispatch, CultureInfo.InvariantCulture)),
            Attempt = Number("attempt"),
            Failures = Number("failures"),
            Deaths = Number("deaths"),
            Token = AttemptToken.TryParse(Text("token"), out var token) ? token : null,
            Ended = Enum.TryParse<AttemptEnd>(Text("ended"), out var end) ? end : null,
            Worker = WorkerId.TryParse(Text("worker"), out var worker) ? worker : null,
            StartedAt = StoreTime.ToTimeOrNull(Text("started")),
            FinishedAt = StoreTime.ToTimeOrNull(Text("finished")),
            LeaseExpiresAt = StoreTime.ToTimeOrNull(Text("lease")),
            UniqueKey = Text("held") == "1" ? job.UniqueKey : null,
            ExpiresAt = StoreTime.ToTimeOrNull(Text("expires")),
            ProgressAt = StoreTime.ToTimeOrNull(Text("progress")),
            Silence = StoreTime.ToTimeOrNull(Text("silence")) - DateTimeOffset.UnixEpoch,
            CancelRequestedAt = StoreTime.ToTimeOrNull(Text("cancel")),
            IsDeadLetter = Text("dead") == "1",
            Output = parts[2].IsNull ? null : JsonElement.Parse((byte[])parts[2]!),
            Error = (string?)parts[3],
            Provenance = parts[6].IsNull ? null : JsonSerializer.Deserialize((byte[])parts[6]!, JobsJson.Default.JobProvenance),
            Attempts = [.. ((string[])parts[4]!).Select(ReadAttempt)],
        };

        string Text(string field) => fields.TryGetValue(field, out var value) ? (string?)value ?? "" : "";

        int Number(string field) => int.Parse(Text(field), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads one entry of a job's attempts, as record.lua wrote it.</summary>
    private static AttemptRecord ReadAttempt(string entry)
    {
        var parts = entry.Split('|', 6);
        return new AttemptRecord(
            int.Parse(parts[0], CultureInfo.InvariantCulture), WorkerId.Parse(parts[1]), StoreTime.ToTime(parts[2]), StoreTime.ToTime(parts[3]),
            Enum.Parse<AttemptEnd>(parts[4]), parts[5]);
    }
}
