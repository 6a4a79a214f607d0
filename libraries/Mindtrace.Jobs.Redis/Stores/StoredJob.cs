using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Jobs.Redis;

/// <summary>A job as the store keeps it: its JSON on the wire without the members that are null.</summary>
internal static class StoredJob
{
    private static readonly JsonTypeInfo<Job> Json =
        new JobsJson(new JsonSerializerOptions(JobsJson.Default.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull }).Job;

    public static byte[] Write(Job job) => JsonSerializer.SerializeToUtf8Bytes(job, Json);

    public static Job Read(byte[] stored) => JsonSerializer.Deserialize(stored, Json)!;
}
